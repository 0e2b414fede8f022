import type { Tokenizer } from 'perceiver-tokenizers';

/** Ids of a long text, line by line, so that no more than a line is normalised at once. */
export function encodeLines(text: Uint8Array, tokenizer: Tokenizer): Int32Array {
  const ids: number[] = [];
  for (const line of new TextDecoder().decode(text).split('\n')) {
    for (const id of tokenizer.encodePlain(line)) ids.push(id);
  }
  return Int32Array.from(ids);
}

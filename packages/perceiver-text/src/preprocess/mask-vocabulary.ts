import type { Tokenizer } from 'perceiver-tokenizers';
import { tokenCodec } from '../tokenizer/text-codec.js';

/** What hiding words needs to know of tokens that are not bytes. */
export interface MaskVocabulary {
  readonly mask: number;
  /** Start and end of each word of a row; special tokens are in none. */
  wordSpans(row: Int32Array): [number, number][];
  /** Ids that may stand in place of a hidden one. */
  readonly textIds: readonly number[];
}

/** Words of a tokenizer's tokens: each begins at a token that does not continue the one before it. */
export function maskVocabulary(tokenizer: Tokenizer): MaskVocabulary {
  const { mask } = tokenCodec(tokenizer);
  const special = new Set(Object.values(tokenizer.special));
  const ids = Array.from({ length: tokenizer.vocabSize }, (_, id) => id);
  return {
    mask,
    textIds: ids.filter((id) => !special.has(id)),
    wordSpans(row) {
      const spans: [number, number][] = [];
      for (let i = 0; i < row.length; i++) {
        if (special.has(row[i]!)) continue;
        const last = spans.at(-1);
        if (last !== undefined && last[1] === i && tokenizer.continuesWord(row[i]!)) last[1] = i + 1;
        else spans.push([i, i + 1]);
      }
      return spans;
    },
  };
}

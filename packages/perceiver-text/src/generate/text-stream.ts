import { idsToBytes } from '../tokenizer/decode-ids.js';

/** Turns ids into text as they come; bytes of an unfinished character wait for the rest of it. */
export interface TextStream {
  /** The characters that an id completes; empty while a character is unfinished. */
  push(id: number): string;
  /** What is left at the end: U+FFFD for an unfinished character. */
  end(): string;
}

/** Special tokens appear as their names. */
export function textStream(): TextStream {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    push: (id) => decoder.decode(idsToBytes([id]), { stream: true }),
    end: () => decoder.decode(),
  };
}

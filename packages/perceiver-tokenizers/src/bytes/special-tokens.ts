/** The names that stand for one token each, with their ids (the released tokenizer of Perceiver IO). */
export const SPECIAL_TOKENS = { '[PAD]': 0, '[BOS]': 1, '[EOS]': 2, '[MASK]': 3, '[CLS]': 4, '[SEP]': 5 } as const;

export type SpecialToken = keyof typeof SPECIAL_TOKENS;

/** A byte's id is the byte plus this. */
export const BYTE_OFFSET = 6;

/** Special tokens and bytes together. */
export const VOCABULARY_SIZE = 256 + BYTE_OFFSET;

/** Names in order of their ids. */
export const SPECIAL_TOKEN_NAMES = Object.keys(SPECIAL_TOKENS) as SpecialToken[];

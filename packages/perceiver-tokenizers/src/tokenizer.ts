/** Ids of the tokens that stand for no text; undefined where a vocabulary has none of the kind. */
export interface SpecialIds {
  readonly padding: number | undefined;
  /** What no other token can say. */
  readonly unknown: number | undefined;
  /** Begins a row; its output is what a classifier looks at. */
  readonly classification: number | undefined;
  /** Ends a text. */
  readonly separator: number | undefined;
  readonly mask: number | undefined;
}

export interface EncodeOptions {
  /** A second text, behind the first. */
  readonly pair?: string;
  /** Puts `[CLS]` before and `[SEP]` behind each text, where the vocabulary has them; true by default. */
  readonly addSpecialTokens?: boolean;
  /** Most ids, special tokens included: the end of the longer text is cut, of the second when both are equal. */
  readonly maxLength?: number;
}

/** A row of ids. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** 0 for the first text and what frames it, 1 for the second. */
  readonly typeIds: readonly number[];
}

/** Turns text into ids of a vocabulary of word pieces, and back. */
export interface Tokenizer {
  /** Ids are below it. */
  readonly vocabSize: number;
  readonly special: SpecialIds;
  /** Ids of a text. Names of special tokens in it, such as `[MASK]`, become those tokens. */
  encode(text: string, options?: EncodeOptions): EncodedText;
  /** Ids of a text in which nothing has a special meaning, without special tokens around it. */
  encodePlain(text: string): number[];
  /** Text of ids; special tokens are left out unless asked for. Throws RangeError for an unknown id. */
  decode(ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }): string;
  /** A token as the vocabulary has it, such as `##ing` or `▁the`; undefined for an unknown id. */
  tokenOf(id: number): string | undefined;
  idOf(token: string): number | undefined;
  /** Whether a token continues the word of the one before it. */
  continuesWord(id: number): boolean;
}

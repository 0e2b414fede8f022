import { Tokenizer } from '@huggingface/tokenizers';

/** The parts of the library's tokenizer that are used; its own types do not resolve from an ES module. */
export interface LibraryTokenizer {
  readonly normalizer: { normalize(text: string): string } | null;
  readonly pre_tokenizer: { pre_tokenize(text: string, options?: { section_index: number }): string[] } | null;
  readonly model: { _call(words: string[]): string[]; readonly tokens_to_ids: ReadonlyMap<string, number> };
  readonly post_processor: unknown;
  encode(
    text: string,
    options?: { text_pair?: string; add_special_tokens?: boolean },
  ): { readonly ids: number[]; readonly tokens: string[] };
  decode(ids: number[], options?: { skip_special_tokens?: boolean }): string;
}

/** A tokenizer of the library from fields of a `tokenizer.json`; what is not given does nothing. */
export function libraryTokenizer(json: object): LibraryTokenizer {
  const nothing = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [] };
  return new Tokenizer({ ...nothing, ...json }, {}) as LibraryTokenizer;
}

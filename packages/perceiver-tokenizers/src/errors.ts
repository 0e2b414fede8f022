/** A tokenizer's file is not what it should be, or of a kind that is not read here. */
export class TokenizerError extends Error {
  override name = 'TokenizerError';
  readonly file: string;

  /** @param rule what is broken, what was expected and what was found */
  constructor(file: string, rule: string, options?: ErrorOptions) {
    super(`${file}: ${rule}`, options);
    this.file = file;
  }
}

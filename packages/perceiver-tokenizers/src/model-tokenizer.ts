import { byteTokenizer } from './bytes/byte-tokenizer.js';
import { TokenizerError } from './errors.js';
import { openTokenizer, TOKENIZER_FILES, TOKENIZER_SETTINGS } from './open-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/** Files to look for beside a model's weights. */
export const filesOfTokenizers: readonly string[] = [...TOKENIZER_FILES, TOKENIZER_SETTINGS];

export interface ModelTokenizerOptions {
  /** Ids of the model. One of 262 reads bytes unless `given` says otherwise. */
  readonly vocabSize: number;
  /** Path of the tokenizer's file that the user named. */
  readonly given?: string;
  /** Paths by name of files beside the weights. */
  readonly files?: ReadonlyMap<string, string>;
}

/**
 * The tokenizer of a model.
 *
 * @param model what messages call it
 * @throws TokenizerError where there is none, or the model has too few ids for it
 */
export async function modelTokenizer(
  model: string,
  { vocabSize, given, files = new Map() }: ModelTokenizerOptions,
): Promise<Tokenizer> {
  if (given === undefined && vocabSize === byteTokenizer.vocabSize) return byteTokenizer;
  const beside = TOKENIZER_FILES.map((name) => files.get(name)).find((file) => file !== undefined);
  const file = given ?? beside;
  if (file === undefined) {
    const names = TOKENIZER_FILES.join(' or ');
    throw new TokenizerError(
      model,
      `expected ${names} beside the weights, found none; name one with --tokenizer (option \`tokenizer\`)`,
    );
  }
  const tokenizer = await openTokenizer(file);
  if (tokenizer.vocabSize <= vocabSize) return tokenizer;
  throw new TokenizerError(
    model,
    `expected a tokenizer of at most ${vocabSize} ids, got ${tokenizer.vocabSize} in ${file}`,
  );
}

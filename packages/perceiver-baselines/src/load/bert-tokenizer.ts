import { ModelError } from 'perceiver-core';
import { byteTokenizer, openTokenizer, TOKENIZER_FILES, type Tokenizer } from 'perceiver-tokenizers';
import type { BertConfig } from '../bert/bert-config.js';

/**
 * The tokenizer of a BERT: of the file that it came with, or bytes for a model of 262 ids.
 *
 * @param place what messages call the model
 * @param file path; undefined where there is none
 * @throws TokenizerError, ModelError where there is none, or the model has too few ids
 */
export async function bertTokenizer(place: string, config: BertConfig, file: string | undefined): Promise<Tokenizer> {
  const { vocabSize } = config;
  if (file === undefined && vocabSize === byteTokenizer.vocabSize) return byteTokenizer;
  if (file === undefined) {
    throw new ModelError(
      `${place}: expected ${TOKENIZER_FILES.join(' or ')} beside the weights, found none; name one with --tokenizer (option \`tokenizer\`)`,
    );
  }
  const tokenizer = await openTokenizer(file);
  if (tokenizer.vocabSize > vocabSize) {
    throw new ModelError(
      `${place}: expected a tokenizer of at most ${vocabSize} ids, got ${tokenizer.vocabSize} in ${file}`,
    );
  }
  return tokenizer;
}

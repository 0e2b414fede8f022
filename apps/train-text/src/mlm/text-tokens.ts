import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodeLines, type MaskVocabulary, maskVocabulary, type TextSource, VOCABULARY_SIZE } from 'perceiver-text';
import { modelTokenizer, TOKENIZER_SETTINGS } from 'perceiver-tokenizers';
import { UsageError } from 'perceiver-training/node';
import type { TextData } from '../shared/text-data.js';
import type { MlmSettings } from './config.js';

/** Text as a model's ids, and what goes with a vocabulary that is not bytes. */
export interface TextTokens {
  readonly train: TextSource;
  readonly heldOut: Uint8Array | Int32Array;
  /** Undefined for bytes. */
  readonly vocabulary?: MaskVocabulary;
  /** Written into every checkpoint, so that it opens with its tokenizer. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** The text of a run in its tokens: bytes, or those of `data.tokenizer`. */
export async function textTokens({ model, data }: MlmSettings, { train, heldOut }: TextData): Promise<TextTokens> {
  const { tokenizer: given } = data;
  if (given === undefined) {
    if (model.vocabSize === VOCABULARY_SIZE) return { train, heldOut, files: {} };
    throw new UsageError(
      `data.tokenizer: expected the file of a tokenizer for model.vocabSize ${model.vocabSize}, got none`,
    );
  }
  if (!('bytes' in train)) {
    throw new UsageError('data.tokenizer: expected text that fits into data.inMemory, since only bytes are streamed');
  }
  const tokenizer = await modelTokenizer('model.vocabSize', { vocabSize: model.vocabSize, given });
  const ids = { train: encodeLines(train.bytes, tokenizer), heldOut: encodeLines(heldOut, tokenizer) };
  for (const [part, { length }] of Object.entries(ids)) {
    if (length >= model.maxPositions) continue;
    throw new UsageError(`${part}: expected at least ${model.maxPositions} tokens, for one window, got ${length}`);
  }
  return {
    train: { ids: ids.train },
    heldOut: ids.heldOut,
    vocabulary: maskVocabulary(tokenizer),
    files: await tokenizerFiles(given),
  };
}

/** A tokenizer's file, and the settings beside a `vocab.txt`, under the names by which a model's folder has them. */
async function tokenizerFiles(path: string): Promise<Record<string, Uint8Array>> {
  const kinds: readonly (readonly [RegExp, string])[] = [
    [/\.model$/, 'spiece.model'],
    [/\.txt$/, 'vocab.txt'],
    [/./, 'tokenizer.json'],
  ];
  const [, name] = kinds.find(([pattern]) => pattern.test(basename(path)))!;
  const settings = await readFile(join(dirname(path), TOKENIZER_SETTINGS)).catch(() => undefined);
  return {
    [name]: await readFile(path),
    ...(name === 'vocab.txt' && settings !== undefined ? { [TOKENIZER_SETTINGS]: settings } : {}),
  };
}

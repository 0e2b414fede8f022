import * as tf from '@tensorflow/tfjs';
import type { GlueClassifierConfig } from '../model/glue-classifier.js';
import { encodeWords, WORD_FEATURES } from '../preprocess/encode-words.js';
import { encodeBatch, type TextOrPair } from '../tokenizer/encode-batch.js';

/** Shortest length that rows are padded to. */
const SHORTEST = 16;

type ExampleInputs = Pick<GlueClassifierConfig, 'inputs' | 'wordBuckets' | 'wordFeatures' | 'maxPositions'>;

/**
 * Inputs of the classifier: bytes as `[CLS] a [SEP]` or `[CLS] a [SEP] b [SEP]`, or words. Padded to a power of two that holds the
 * longest row, since each length is compiled for; longer texts are cut, the longer of two first.
 */
export function encodeExamples(
  texts: readonly (readonly string[])[],
  { inputs, wordBuckets = 0, wordFeatures = WORD_FEATURES, maxPositions }: ExampleInputs,
): Record<string, tf.Tensor> {
  const lengthFor = (longest: number) => {
    let length = SHORTEST;
    while (length < longest) length *= 2;
    return Math.min(length, maxPositions);
  };
  if (inputs === 'words') {
    const rows = texts.map((each) => encodeWords(each, wordBuckets, maxPositions, wordFeatures));
    const length = lengthFor(Math.max(...rows.map((row) => row.length / wordFeatures)));
    const wordIds = new Int32Array(rows.length * length * wordFeatures);
    for (const [row, ids] of rows.entries()) wordIds.set(ids, row * length * wordFeatures);
    return { wordIds: tf.tensor3d(wordIds, [rows.length, length, wordFeatures], 'int32') };
  }
  const pairs = texts.map(([first = '', second]): TextOrPair => (second === undefined ? first : [first, second]));
  const longest = encodeBatch(pairs, { maxLength: maxPositions }).shape[1];
  const { inputIds, attentionMask, shape } = encodeBatch(pairs, {
    maxLength: lengthFor(longest),
    padding: 'maxLength',
  });
  return {
    inputIds: tf.tensor2d(inputIds, shape, 'int32'),
    attentionMask: tf.tensor2d(attentionMask, shape, 'int32'),
  };
}

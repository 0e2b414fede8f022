import * as tf from '@tensorflow/tfjs';
import { IGNORED_LABEL, type MaskedBatch, maskedBatch, SPECIAL_TOKENS } from 'perceiver-text';

const LENGTH = 2048;
const id = (i: number) => 6 + ((i * 37) % 250);

/** Ids `[1, 2048]` of a full text; `peers/speed_language.py` makes the same. */
export function languageInput(): tf.Tensor2D {
  return tf.tensor2d(
    Array.from({ length: LENGTH }, (_, i) => id(i)),
    [1, LENGTH],
    'int32',
  );
}

/** The same with every seventh byte hidden, and what is hidden. */
export function languageBatch(): MaskedBatch {
  const hidden = (i: number) => i % 7 === 3;
  const row = (value: (i: number) => number) => Int32Array.from({ length: LENGTH }, (_, i) => value(i));
  const rows = {
    inputIds: row((i) => (hidden(i) ? SPECIAL_TOKENS['[MASK]'] : id(i))),
    labels: row((i) => (hidden(i) ? id(i) : IGNORED_LABEL)),
  };
  return maskedBatch(rows, LENGTH);
}

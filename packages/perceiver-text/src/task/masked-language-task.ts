import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import type { Batch, LossFunction } from 'perceiver-training';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { MaskedLanguageModel } from '../model/masked-language-model.js';
import { IGNORED_LABEL, type MaskedRows } from '../preprocess/mask-words.js';

/** A batch of rows with hidden words; `positionIds`, int32 `[B, n]`, say where tokens stand if not at 0 to n - 1. */
export interface MaskedBatch extends Batch {
  /** int32 `[B, n]` */
  inputIds: tf.Tensor2D;
  /** int32 `[B, O]`: positions of hidden bytes; rows with fewer are filled up. */
  outputPositions: tf.Tensor2D;
  /** int32 `[B, O]`: the hidden ids, -100 where a row is filled up. */
  labels: tf.Tensor2D;
}

/**
 * Tensors of a batch. Only hidden places are decoded: the others have no part in the loss, and would take most of the decoder's time.
 *
 * @param rows `[B, length]` ids and labels
 * @param starts where each row begins among the model's positions; at 0 by default
 */
export function maskedBatch(rows: MaskedRows, length: number, starts?: Int32Array): MaskedBatch {
  const { inputIds, labels } = rows;
  const count = inputIds.length / length;
  const hidden = Array.from({ length: count }, (_, row) => {
    const own = labels.subarray(row * length, (row + 1) * length);
    return [...own.keys()].filter((place) => own[place] !== IGNORED_LABEL);
  });
  const width = decodedWidth(Math.max(...hidden.map(({ length: places }) => places)), length);
  const outputPositions = new Int32Array(count * width);
  const wanted = new Int32Array(count * width).fill(IGNORED_LABEL);
  for (const [row, places] of hidden.entries()) {
    for (const [i, place] of places.entries()) {
      outputPositions[row * width + i] = (starts?.[row] ?? 0) + place;
      wanted[row * width + i] = labels[row * length + place]!;
    }
  }
  const batch = {
    inputIds: tf.tensor2d(inputIds, [count, length], 'int32'),
    outputPositions: tf.tensor2d(outputPositions, [count, width], 'int32'),
    labels: tf.tensor2d(wanted, [count, width], 'int32'),
  };
  if (starts === undefined) return batch;
  const positionIds = inputIds.map((_, i) => starts[Math.floor(i / length)]! + (i % length));
  return { ...batch, positionIds: tf.tensor2d(positionIds, [count, length], 'int32') };
}

/** Places decoded a row: a quarter, half or all of the row's length, whichever holds them, since each number is compiled for. */
function decodedWidth(hidden: number, length: number): number {
  return [Math.ceil(length / 4), Math.ceil(length / 2), length].find((width) => width >= hidden)!;
}

/** Mean cross entropy in nats of the hidden ids (Perceiver IO, section 4.1). */
export function maskedLanguageLoss(model: MaskedLanguageModel): LossFunction<MaskedBatch> {
  const { vocabSize } = model.config;
  return function maskedLanguageLoss(parameters, { labels, ...inputs }, dropoutKey) {
    const { logits } = model.apply(bindParameters(parameters), inputs, { training: true, dropoutKey });
    return softmaxCrossEntropy(logits.reshape([-1, vocabSize]), labels.reshape([-1]));
  };
}

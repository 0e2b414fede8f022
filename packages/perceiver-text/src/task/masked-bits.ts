import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { jit, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { MaskedLanguageModel } from '../model/masked-language-model.js';
import { IGNORED_LABEL, type MaskWordsOptions, maskWords } from '../preprocess/mask-words.js';
import { BYTE_OFFSET } from '../tokenizer/special-tokens.js';
import { type MaskedBatch, maskedBatch } from './masked-language-task.js';
import { scoreWords } from './score-words.js';

export interface MaskedBitsOptions extends Pick<MaskWordsOptions, 'share' | 'replacement' | 'vocabulary'> {
  /** Windows at a time; 16 by default. */
  readonly batchSize?: number;
  /** Most windows to look at, spread evenly over the text; all by default. */
  readonly maxWindows?: number;
}

/** How well hidden bytes are predicted. */
export interface MaskedFigures {
  /** Cross entropy in bits of a hidden byte. */
  readonly bitsPerMaskedByte: number;
  /** Share of hidden bytes whose most likely id is right. */
  readonly accuracy: number;
  /** Share of hidden words of which every byte is right. */
  readonly wordAccuracy: number;
}

/** Measures hidden bytes of a held-out text; keeps its compiled step. */
export interface MaskedBits {
  measure(parameters: Record<string, tf.Tensor>, options?: MaskedBitsOptions): Promise<MaskedFigures>;
  dispose(): Promise<void>;
}

/** The windows of held-out text, bytes or ids, and which of their words are hidden: the same at each measurement. */
export function maskedWindows(
  text: Uint8Array | Int32Array,
  length: number,
  options: MaskedBitsOptions = {},
): MaskedWindows {
  const { maxWindows = Number.POSITIVE_INFINITY, share, replacement, vocabulary } = options;
  const all = Math.floor(text.length / length);
  if (all === 0)
    throw new RangeError(`maskedWindows: expected at least ${length} bytes of held-out text, got ${text.length}`);
  const count = Math.min(all, maxWindows);
  const ids = new Int32Array(count * length);
  const shift = text instanceof Uint8Array ? BYTE_OFFSET : 0;
  for (let row = 0; row < count; row++) {
    const start = Math.floor((row * all) / count) * length;
    for (let i = 0; i < length; i++) ids[row * length + i] = text[start + i]! + shift;
  }
  return { count, ...maskWords(ids, length, { seed: 1, counters: [0], share, replacement, vocabulary }) };
}

export interface MaskedWindows {
  readonly count: number;
  /** `[count, length]` */
  readonly inputIds: Int32Array;
  /** `[count, length]` */
  readonly labels: Int32Array;
}

/** Measures a masked language model on held-out text. */
export function maskedBits(model: MaskedLanguageModel, text: Uint8Array | Int32Array): MaskedBits {
  const { maxPositions: length, vocabSize } = model.config;
  const figures = jit(
    (parameters: Record<string, tf.Tensor>, { inputIds, outputPositions, labels }: MaskedBatch) => {
      const { logits } = model.apply(bindParameters(parameters), { inputIds, outputPositions });
      const rows = logits.reshape<tf.Tensor2D>([-1, vocabSize]);
      const flat = labels.reshape<tf.Tensor1D>([-1]);
      return { loss: softmaxCrossEntropy(rows, flat), best: tf.argMax(rows, 1) };
    },
    { name: 'held-out masked loss' },
  );
  return {
    async measure(parameters, options = {}) {
      const { count, inputIds, labels } = maskedWindows(text, length, options);
      const size = Math.min(options.batchSize ?? 16, count);
      let nats = 0;
      let [hidden, right, words, rightWords] = [0, 0, 0, 0];
      for (let at = 0; at < count; at += size) {
        // The last batch is filled up with rows that do not count, so that all have one shape.
        const ids = new Int32Array(size * length);
        const wanted = new Int32Array(size * length).fill(IGNORED_LABEL);
        ids.set(inputIds.subarray(at * length, (at + size) * length));
        wanted.set(labels.subarray(at * length, (at + size) * length));
        const batch = maskedBatch({ inputIds: ids, labels: wanted }, length);
        const result = await figures(parameters, batch);
        const best = await result.best.data();
        const scored = scoreWords(
          await batch.labels.data(),
          await batch.outputPositions.data(),
          best,
          batch.labels.shape[1],
        );
        if (scored.bytes > 0) nats += (await result.loss.data())[0]! * scored.bytes;
        hidden += scored.bytes;
        right += scored.rightBytes;
        words += scored.words;
        rightWords += scored.rightWords;
        tf.dispose([batch, result.loss, result.best]);
      }
      return {
        bitsPerMaskedByte: nats / hidden / Math.LN2,
        accuracy: right / hidden,
        wordAccuracy: rightWords / words,
      };
    },
    dispose: () => figures.dispose(),
  };
}

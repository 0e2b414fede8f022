import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { jit, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { MaskedLanguageModel } from '../model/masked-language-model.js';
import { IGNORED_LABEL, type MaskWordsOptions, maskWords } from '../preprocess/mask-words.js';
import { BYTE_OFFSET } from '../tokenizer/special-tokens.js';

export interface MaskedBitsOptions extends Pick<MaskWordsOptions, 'share' | 'replacement'> {
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
}

/** Measures hidden bytes of a held-out text; keeps its compiled step. */
export interface MaskedBits {
  measure(parameters: Record<string, tf.Tensor>, options?: MaskedBitsOptions): Promise<MaskedFigures>;
  dispose(): Promise<void>;
}

/** The windows of held-out text, and which of their words are hidden: the same at each measurement. */
export function maskedWindows(text: Uint8Array, length: number, options: MaskedBitsOptions = {}): MaskedWindows {
  const { maxWindows = Number.POSITIVE_INFINITY, share, replacement } = options;
  const all = Math.floor(text.length / length);
  if (all === 0)
    throw new RangeError(`maskedWindows: expected at least ${length} bytes of held-out text, got ${text.length}`);
  const count = Math.min(all, maxWindows);
  const ids = new Int32Array(count * length);
  for (let row = 0; row < count; row++) {
    const start = Math.floor((row * all) / count) * length;
    for (let i = 0; i < length; i++) ids[row * length + i] = text[start + i]! + BYTE_OFFSET;
  }
  return { count, ...maskWords(ids, length, { seed: 1, counters: [0], share, replacement }) };
}

export interface MaskedWindows {
  readonly count: number;
  /** `[count, length]` */
  readonly inputIds: Int32Array;
  /** `[count, length]` */
  readonly labels: Int32Array;
}

/** Measures a masked language model on held-out text. */
export function maskedBits(model: MaskedLanguageModel, text: Uint8Array): MaskedBits {
  const { maxPositions: length, vocabSize } = model.config;
  const figures = jit(
    (parameters: Record<string, tf.Tensor>, inputIds: tf.Tensor2D, labels: tf.Tensor2D) => {
      const { logits } = model.apply(bindParameters(parameters), { inputIds });
      const rows = logits.reshape<tf.Tensor2D>([-1, vocabSize]);
      const flat = labels.reshape<tf.Tensor1D>([-1]);
      const right = tf.equal(tf.argMax(rows, 1), flat).cast('float32').sum();
      return { loss: softmaxCrossEntropy(rows, flat), right };
    },
    { name: 'held-out masked loss' },
  );
  return {
    async measure(parameters, options = {}) {
      const { count, inputIds, labels } = maskedWindows(text, length, options);
      const size = Math.min(options.batchSize ?? 16, count);
      let nats = 0;
      let right = 0;
      let hidden = 0;
      for (let at = 0; at < count; at += size) {
        // The last batch is filled up with rows that do not count, so that all have one shape.
        const ids = new Int32Array(size * length);
        const wanted = new Int32Array(size * length).fill(IGNORED_LABEL);
        ids.set(inputIds.subarray(at * length, (at + size) * length));
        wanted.set(labels.subarray(at * length, (at + size) * length));
        const batchHidden = wanted.reduce((sum, label) => sum + (label === IGNORED_LABEL ? 0 : 1), 0);
        if (batchHidden === 0) continue;
        const inputs = [
          tf.tensor2d(ids, [size, length], 'int32'),
          tf.tensor2d(wanted, [size, length], 'int32'),
        ] as const;
        const result = await figures(parameters, ...inputs);
        nats += (await result.loss.data())[0]! * batchHidden;
        right += (await result.right.data())[0]!;
        hidden += batchHidden;
        tf.dispose([...inputs, result.loss, result.right]);
      }
      return { bitsPerMaskedByte: nats / hidden / Math.LN2, accuracy: right / hidden };
    },
    dispose: () => figures.dispose(),
  };
}

import * as tf from '@tensorflow/tfjs';
import { bindParameters, type ModelDeclaration, resolvePerceiverARConfig } from 'perceiver-core';
import { jit, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { CausalLanguageModel } from '../model/causal-language-model.js';
import { IGNORED_LABEL } from '../preprocess/mask-words.js';
import { BYTE_OFFSET } from '../tokenizer/special-tokens.js';
import { withBuffers } from './with-buffers.js';

export interface CausalBitsOptions {
  /** Windows at a time; 64 by default. */
  readonly batchSize?: number;
  /** Most windows to look at, spread evenly over the text; all by default. */
  readonly maxWindows?: number;
}

/** Bits per byte of a held-out text; keeps its compiled step. */
export interface CausalBits {
  measure(parameters: Record<string, tf.Tensor>, options?: CausalBitsOptions): Promise<number>;
  dispose(): Promise<void>;
}

/**
 * Measures a causal language model on held-out text: every window has a full context, and windows are `maxLatents` apart, so
 * that each byte behind the first `maxSeqLen - maxLatents + 1` is predicted once.
 */
export function causalBits(model: CausalLanguageModel, declaration: ModelDeclaration, text: Uint8Array): CausalBits {
  const { maxSeqLen, maxLatents, vocabSize } = resolvePerceiverARConfig(model.config);
  const prefixLength = maxSeqLen - maxLatents;
  const starts: number[] = [];
  for (let start = 0; start + maxSeqLen < text.length; start += maxLatents) starts.push(start);
  if (starts.length === 0) {
    throw new RangeError(`causalBits: expected at least ${maxSeqLen + 1} bytes of held-out text, got ${text.length}`);
  }
  const lossOf = jit(
    (parameters: Record<string, tf.Tensor>, ids: tf.Tensor2D, real: tf.Tensor1D) => {
      const [rows] = ids.shape;
      const inputIds = tf.slice(ids, [0, 0], [rows, maxSeqLen]);
      const labels = tf.slice(ids, [0, prefixLength + 1], [rows, maxLatents]);
      const counted = tf.where(
        real.cast('bool').reshape([rows, 1]).tile([1, maxLatents]),
        labels,
        tf.fill(labels.shape, IGNORED_LABEL, 'int32'),
      );
      const scope = bindParameters(withBuffers(parameters, declaration));
      const { logits } = model.apply(scope, { inputIds, prefixLength });
      return softmaxCrossEntropy(logits.reshape([-1, vocabSize]), counted.reshape([-1]));
    },
    { name: 'held-out loss' },
  );
  return {
    async measure(parameters, { batchSize = 64, maxWindows = starts.length } = {}) {
      const used = spread(starts, maxWindows);
      const size = Math.min(batchSize, used.length);
      let nats = 0;
      for (let at = 0; at < used.length; at += size) {
        // The last batch is filled up with rows that do not count, so that all have one shape.
        const rows = used.slice(at, at + size);
        const ids = new Int32Array(size * (maxSeqLen + 1));
        rows.forEach((start, row) => {
          for (let i = 0; i <= maxSeqLen; i++) ids[row * (maxSeqLen + 1) + i] = text[start + i]! + BYTE_OFFSET;
        });
        const real = Int32Array.from({ length: size }, (_, row) => (row < rows.length ? 1 : 0));
        const inputs = [tf.tensor2d(ids, [size, maxSeqLen + 1], 'int32'), tf.tensor1d(real, 'int32')] as const;
        const loss = await lossOf(parameters, ...inputs);
        nats += (await loss.data())[0]! * rows.length;
        tf.dispose([...inputs, loss]);
      }
      return nats / used.length / Math.LN2;
    },
    dispose: () => lossOf.dispose(),
  };
}

function spread(starts: readonly number[], count: number): number[] {
  if (count >= starts.length) return [...starts];
  return Array.from({ length: count }, (_, i) => starts[Math.floor((i * starts.length) / count)]!);
}

import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';
import type { ImageClassifierModel } from '../model/image-classifier.js';

/** Logits of a model whose parameters change, as while it trains. */
export interface ImageLogits {
  /**
   * @param parameters by name, buffers among them
   * @param pixels `[batch, height, width, colours]`, flat
   * @returns `[batch, numLabels]`, flat
   */
  of(
    parameters: Readonly<Record<string, tf.Tensor>>,
    pixels: Float32Array,
    shape: readonly [number, number, number, number],
  ): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Compiles a model's logits once for any parameters. */
export function imageLogits(model: ImageClassifierModel): ImageLogits {
  const run = jit(
    (parameters: Record<string, tf.Tensor>, pixels: tf.Tensor4D) =>
      model.apply(bindParameters(parameters), { pixels }).logits,
    { name: 'held-out logits' },
  );
  return {
    async of(parameters, values, shape) {
      const pixels = tf.tensor4d(values, [...shape]);
      try {
        const logits = await run({ ...parameters }, pixels);
        const data = (await logits.data()) as Float32Array;
        logits.dispose();
        return data;
      } finally {
        pixels.dispose();
      }
    },
    dispose: () => run.dispose(),
  };
}

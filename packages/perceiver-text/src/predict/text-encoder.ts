import * as tf from '@tensorflow/tfjs';
import { bindParameters, perceiverLatents } from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';
import type { MaskedLanguageModelConfig } from '../model/masked-language-model.js';
import { textInputAdapter } from '../model/text-input-adapter.js';
import { encodeBatch } from '../tokenizer/encode-batch.js';
import { encodeText } from '../tokenizer/encode-text.js';

export interface EncodeTextsOptions {
  /**
   * Texts that run at once, 8 by default. Fewer are filled up to it where it is given, so that calls of any length share one compiled
   * graph.
   */
  readonly batchSize?: number;
  /** Makes every embedding one of length 1, so that a dot product is the cosine similarity; true by default. */
  readonly normalize?: boolean;
  /** Cuts texts that are longer than the model's input; false by default, which refuses them. */
  readonly truncate?: boolean;
  readonly signal?: AbortSignal;
}

/** An embedding for each text. */
export interface TextEmbeddings {
  /** Texts, channels. */
  readonly shape: readonly [number, number];
  /** `[n, D]`, row after row */
  readonly values: Float32Array;
}

/** Texts to latents. */
export interface TextEncoder {
  /**
   * Embeddings of texts for search: the mean over the latents after the last self-attend.
   *
   * @throws RangeError for a text that is too long or a batch size below 1
   */
  encode(texts: readonly (string | Uint8Array)[], options?: EncodeTextsOptions): Promise<TextEmbeddings>;
  dispose(): Promise<void>;
}

/** Encodes with a masked language model's encoder; its decoder does not run. The parameters stay the caller's. */
export function textEncoder(config: MaskedLanguageModelConfig, parameters: Record<string, tf.Tensor>): TextEncoder {
  const { maxPositions, encoder } = config;
  const parts = { encoder, inputAdapter: textInputAdapter(config) };
  const pooled = jit(
    (weights: Record<string, tf.Tensor>, inputIds: tf.Tensor2D, attentionMask: tf.Tensor2D) =>
      perceiverLatents(bindParameters(weights), { inputIds, attentionMask }, parts).latents.mean(1), // [B, D]
    { name: 'encode texts', constants: [0] },
  );
  return {
    async encode(texts, { batchSize, normalize = true, truncate = false, signal } = {}) {
      if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize >= 1)) {
        throw new RangeError(`encode: expected batchSize of 1 or more, got ${batchSize}`);
      }
      const channels = encoder.latentChannels;
      const values = new Float32Array(texts.length * channels);
      const size = batchSize ?? Math.min(8, texts.length);
      for (let start = 0; start < texts.length; start += size) {
        signal?.throwIfAborted();
        const batch = texts.slice(start, start + size);
        const { inputIds, attentionMask, shape } = encodeBatch(
          [...batch, ...Array<string>(size - batch.length).fill('')],
          // One length for all, so that an embedding does not depend on what else is in the batch.
          truncate ? { padding: 'maxLength', maxLength: maxPositions } : { padToMultipleOf: maxPositions },
        );
        if (shape[1] > maxPositions) {
          const lengths = batch.map((text) => encodeText(text).length - 2);
          throw new RangeError(
            `encode: expected at most ${maxPositions - 2} bytes of text, got ${Math.max(...lengths)}; truncate cuts it`,
          );
        }
        const inputs = [tf.tensor2d(inputIds, shape, 'int32'), tf.tensor2d(attentionMask, shape, 'int32')] as const;
        const result = await pooled(parameters, ...inputs);
        const rows = (await result.data()) as Float32Array;
        tf.dispose([result, ...inputs]);
        values.set(rows.subarray(0, batch.length * channels), start * channels);
      }
      if (normalize) normalizeRows(values, channels);
      return { shape: [texts.length, channels], values };
    },
    dispose: () => pooled.dispose(),
  };
}

/** Divides each row by its length; one of zeros stays. */
function normalizeRows(values: Float32Array, channels: number): void {
  for (let start = 0; start < values.length; start += channels) {
    let squares = 0;
    for (let i = start; i < start + channels; i++) squares += values[i]! ** 2;
    const length = Math.sqrt(squares);
    if (length > 0) for (let i = start; i < start + channels; i++) values[i]! /= length;
  }
}

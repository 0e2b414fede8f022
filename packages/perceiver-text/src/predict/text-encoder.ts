import * as tf from '@tensorflow/tfjs';
import { bindParameters, type PerceiverIO, perceiverLatents } from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';
import { type GlueClassifierConfig, glueInputAdapter } from '../model/glue-classifier.js';
import type { MaskedLanguageModelConfig } from '../model/masked-language-model.js';
import { textInputAdapter } from '../model/text-input-adapter.js';
import { encodeWords, WORD_FEATURES } from '../preprocess/encode-words.js';
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

/** What a model takes in of a text. */
export interface TextLimit {
  readonly unit: 'byte' | 'word';
  readonly count: number;
}

type WordSizes = Pick<GlueClassifierConfig, 'wordBuckets' | 'wordFeatures'>;

/** Texts to latents. */
export interface TextEncoder {
  /** Longer texts are cut, or refused. */
  readonly limit: TextLimit;
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
  const parts = { encoder: config.encoder, inputAdapter: textInputAdapter(config) };
  return poolingEncoder(parts, parameters, { unit: 'byte', count: config.maxPositions - 2 });
}

/** Encodes with a classifier's encoder, of bytes or of words. The parameters stay the caller's. */
export function glueTextEncoder(config: GlueClassifierConfig, parameters: Record<string, tf.Tensor>): TextEncoder {
  const { encoder, inputs, maxPositions } = config;
  const limit: TextLimit =
    inputs === 'words' ? { unit: 'word', count: maxPositions } : { unit: 'byte', count: maxPositions - 2 };
  return poolingEncoder({ encoder, inputAdapter: glueInputAdapter(config) }, parameters, limit, config);
}

/** @param words of a model that reads words */
function poolingEncoder<I>(
  { encoder, inputAdapter }: Pick<PerceiverIO<I, unknown>, 'encoder' | 'inputAdapter'>,
  parameters: Record<string, tf.Tensor>,
  limit: TextLimit,
  words: WordSizes = {},
): TextEncoder {
  const pooled = jit(
    (weights: Record<string, tf.Tensor>, inputs: Record<string, tf.Tensor>) =>
      perceiverLatents(bindParameters(weights), inputs as I, { encoder, inputAdapter }).latents.mean(1), // [B, D]
    { name: 'encode texts', constants: [0] },
  );
  // One length for all, so that an embedding does not depend on what else is in the batch.
  const inputsOf = (batch: readonly (string | Uint8Array)[]) =>
    limit.unit === 'word' ? wordRows(batch, limit.count, words) : byteRows(batch, limit.count);
  return {
    limit,
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
        const lengths = truncate ? [] : batch.map((text) => lengthOf(text, limit.unit));
        if (lengths.some((length) => length > limit.count)) {
          throw new RangeError(
            `encode: expected at most ${limit.count} ${limit.unit}s of text, got ${Math.max(...lengths)}; truncate cuts it`,
          );
        }
        const inputs = inputsOf([...batch, ...Array<string>(size - batch.length).fill('')]);
        const result = await pooled(parameters, inputs);
        const rows = (await result.data()) as Float32Array;
        tf.dispose([result, inputs]);
        values.set(rows.subarray(0, batch.length * channels), start * channels);
      }
      if (normalize) normalizeRows(values, channels);
      return { shape: [texts.length, channels], values };
    },
    dispose: () => pooled.dispose(),
  };
}

/** Bytes of a text, special tokens as one, or its words. */
export function lengthOf(text: string | Uint8Array, unit: TextLimit['unit']): number {
  if (unit === 'byte') return encodeText(text).length - 2;
  return stringOf(text).split(/\s+/u).filter(Boolean).length;
}

function byteRows(texts: readonly (string | Uint8Array)[], count: number): Record<string, tf.Tensor> {
  const { inputIds, attentionMask, shape } = encodeBatch(texts, { padding: 'maxLength', maxLength: count + 2 });
  return {
    inputIds: tf.tensor2d(inputIds, shape, 'int32'),
    attentionMask: tf.tensor2d(attentionMask, shape, 'int32'),
  };
}

function wordRows(
  texts: readonly (string | Uint8Array)[],
  count: number,
  { wordBuckets = 0, wordFeatures = WORD_FEATURES }: WordSizes,
): Record<string, tf.Tensor> {
  const ids = new Int32Array(texts.length * count * wordFeatures);
  for (const [row, text] of texts.entries()) {
    ids.set(encodeWords([stringOf(text)], wordBuckets, count, wordFeatures), row * count * wordFeatures);
  }
  return { wordIds: tf.tensor3d(ids, [texts.length, count, wordFeatures], 'int32') };
}

const decoder = new TextDecoder();
const stringOf = (text: string | Uint8Array) => (typeof text === 'string' ? text : decoder.decode(text));

/** Divides each row by its length; one of zeros stays. */
function normalizeRows(values: Float32Array, channels: number): void {
  for (let start = 0; start < values.length; start += channels) {
    let squares = 0;
    for (let i = start; i < start + channels; i++) squares += values[i]! ** 2;
    const length = Math.sqrt(squares);
    if (length > 0) for (let i = start; i < start + channels; i++) values[i]! /= length;
  }
}

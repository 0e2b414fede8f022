import * as tf from '@tensorflow/tfjs';
import { bindParameters, type PerceiverARCache, resolvePerceiverARConfig } from 'perceiver-core';
import { hostRandom } from 'perceiver-training';
import { jit } from 'tfjs-backend-onnxruntime';
import type { CausalLanguageModel } from '../model/causal-language-model.js';
import { checkSampling, type SampleTokenOptions, sampleToken } from './sample-token.js';

export interface GenerateTokensOptions extends SampleTokenOptions {
  /** Ids to make; endless by default, until the caller stops. */
  readonly maxNewTokens?: number;
  /** Equal seeds, prompts and options give equal ids. 0 by default. */
  readonly seed?: number;
  /** Latents that the prompt's end, and a refill, starts with; half of the model's `maxLatents` by default. */
  readonly numLatents?: number;
  /**
   * What happens when latents reach `maxLatents`: `refill` (default) runs the last tokens through the model anew, as
   * Perceiver AR's authors do; `slide` drops the oldest keys and values, as the `perceiver-io` package does.
   */
  readonly window?: 'refill' | 'slide';
}

/** An id and what it was drawn from. */
export interface GeneratedToken {
  readonly id: number;
  /** `[vocabSize]` */
  readonly logits: Float32Array;
}

/** Generates from one model; keeps its compiled steps. */
export interface TokenGenerator {
  /** Ids that continue a prompt of at least one id. Of a long prompt the last ids count. */
  generate(promptIds: readonly number[], options?: GenerateTokensOptions): AsyncGenerator<GeneratedToken>;
  /** Releases the compiled steps; the parameters stay the caller's. */
  dispose(): Promise<void>;
}

type Parameters = Record<string, tf.Tensor>;

interface StepResult {
  /** `[vocabSize]` */
  readonly logits: tf.Tensor1D;
  /** Keys and values of fixed lengths, right-aligned: `maxSeqLen - 1` of the cross-attend, `maxLatents - 1` of self-attends. */
  readonly cache: PerceiverARCache;
}

/** `[1, length]`, true in the first `empty` slots. */
function emptySlots(length: number, empty: tf.Scalar): tf.Tensor2D {
  return tf.less(tf.range(0, length, 1, 'int32'), empty).reshape([1, length]);
}

/** Exactly `length` rows: the last ones, or zeros put before. */
function rightAligned(x: tf.Tensor3D, length: number): tf.Tensor3D {
  const rows = x.shape[1];
  if (rows > length) return tf.slice(x, [0, rows - length, 0], [-1, length, -1]);
  return tf.pad(x, [
    [0, 0],
    [length - rows, 0],
    [0, 0],
  ]);
}

function fixedLengths(cache: PerceiverARCache, cross: number, self: number): PerceiverARCache {
  const fix = ({ key, value }: PerceiverARCache['cross'], length: number) => ({
    key: rightAligned(key, length),
    value: rightAligned(value, length),
  });
  return { cross: fix(cache.cross, cross), layers: cache.layers.map((layer) => fix(layer, self)) };
}

/**
 * Generation with cached keys and values. All steps have the same shapes, whatever the prompt's length: tokens stand at the
 * right end of arrays of fixed length, and masks hide the empty slots before them, so that two compiled graphs serve all.
 *
 * @param parameters the model's, by name; may be trained between calls of `generate`, not within one
 */
export function tokenGenerator(model: CausalLanguageModel, parameters: () => Parameters): TokenGenerator {
  const config = resolvePerceiverARConfig(model.config);
  const { maxSeqLen, maxLatents } = config;
  const prefixLength = maxSeqLen - maxLatents;

  const result = (logits: tf.Tensor3D, cache: PerceiverARCache): StepResult => ({
    logits: tf.slice(logits, [0, logits.shape[1] - 1, 0], [1, 1, -1]).reshape([config.vocabSize]),
    cache: fixedLengths(cache, maxSeqLen - 1, maxLatents - 1),
  });

  const fill = jit(
    (weights: Parameters, inputIds: tf.Tensor2D, empty: tf.Scalar): StepResult => {
      const length = inputIds.shape[1];
      const numLatents = length - prefixLength;
      const { logits, cache } = model.apply(
        bindParameters(weights),
        {
          inputIds,
          prefixLength,
          padMask: emptySlots(length, empty),
          latentPadMask: emptySlots(numLatents, empty.sub(tf.scalar(prefixLength, 'int32'))),
        },
        { returnCache: true },
      );
      return result(logits, cache!);
    },
    { name: 'prompt' },
  );
  const step = jit(
    (weights: Parameters, cache: PerceiverARCache, id: tf.Tensor2D, empty: tf.Scalar, emptyLatents: tf.Scalar) => {
      const next = model.apply(
        bindParameters(weights),
        {
          inputIds: id,
          prefixLength: 0,
          cache,
          padMask: emptySlots(maxSeqLen, empty),
          latentPadMask: emptySlots(maxLatents, emptyLatents),
        },
        { returnCache: true },
      );
      return result(next.logits, next.cache!);
    },
    { name: 'next token', donate: [1] },
  );

  /** Runs the last of `ids`, at most `numLatents` of them as latents. */
  const runFill = async (weights: Parameters, ids: readonly number[], numLatents: number) => {
    const length = prefixLength + numLatents;
    const used = ids.slice(-length);
    const row = new Int32Array(length);
    row.set(used, length - used.length);
    const inputs = [tf.tensor2d(row, [1, length], 'int32'), tf.scalar(length - used.length, 'int32')] as const;
    const filled = await fill(weights, ...inputs);
    tf.dispose([...inputs]);
    return { ...filled, tokens: used.length, latents: Math.min(used.length, numLatents) };
  };

  async function* generate(promptIds: readonly number[], options: GenerateTokensOptions = {}) {
    const { maxNewTokens = Number.POSITIVE_INFINITY, seed = 0, window = 'refill', ...sampling } = options;
    const { numLatents = Math.max(1, Math.floor(maxLatents / 2)) } = options;
    checkSampling(sampling);
    checkPrompt(promptIds, config.vocabSize);
    if (!(Number.isInteger(numLatents) && numLatents >= 1 && numLatents <= maxLatents)) {
      throw new RangeError(`generate: expected numLatents from 1 to ${maxLatents}, got ${numLatents}`);
    }
    const ids = [...promptIds];
    const weights = parameters();
    // A refill must make room for a new latent.
    const refilled = Math.min(numLatents, Math.max(1, maxLatents - 1));
    let state = await runFill(weights, ids, numLatents);
    let cache: PerceiverARCache | undefined = state.cache;
    try {
      for (let made = 0; made < maxNewTokens; made++) {
        if (made > 0) {
          if (window === 'refill' && state.latents === maxLatents) {
            tf.dispose(cache as unknown as tf.TensorContainer);
            cache = undefined;
            state = await runFill(weights, ids, refilled);
          } else {
            const tokens = Math.min(maxSeqLen, state.tokens + 1);
            const latents = Math.min(maxLatents, state.latents + 1);
            const inputs = [
              tf.tensor2d([ids.at(-1)!], [1, 1], 'int32'),
              tf.scalar(maxSeqLen - tokens, 'int32'),
              tf.scalar(maxLatents - latents, 'int32'),
            ] as const;
            const next: StepResult = await step(weights, cache!, ...inputs);
            tf.dispose([...inputs]);
            state = { ...next, tokens, latents };
          }
          cache = state.cache;
        }
        const logits = (await state.logits.data()) as Float32Array;
        state.logits.dispose();
        const id = sampleToken(logits, hostRandom(seed, made).uniform(), sampling);
        ids.push(id);
        yield { id, logits };
      }
    } finally {
      tf.dispose([cache as unknown as tf.TensorContainer, state.logits]);
    }
  }

  return {
    generate,
    dispose: async () => {
      await fill.dispose();
      await step.dispose();
    },
  };
}

function checkPrompt(ids: readonly number[], vocabSize: number): void {
  if (ids.length === 0) throw new RangeError('generate: expected a prompt of at least one id, got none');
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
  if (wrong !== undefined) throw new RangeError(`generate: expected ids from 0 to ${vocabSize - 1}, got ${wrong}`);
}

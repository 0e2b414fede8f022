import * as tf from '@tensorflow/tfjs';
import { kernelAvailable, runKernel } from './kernel-available.js';
import { dropoutMask, type RandomKey } from './random.js';

/** Kernel name of attention without a gradient: inputs `query, key, value, bias`, attributes `numHeads, scale`. */
export const ATTENTION_KERNEL = 'MultiHeadAttention';

export interface AttentionOptions {
  /** Heads split the channels contiguously. */
  readonly numHeads: number;
  /** Added to the scores: broadcastable to `[B, heads, N, M]`, rank 4. Use a large negative finite number to mask. */
  readonly bias?: tf.Tensor;
  /** Factor of the scores; `1 / sqrt(query channels / heads)` by default. */
  readonly scale?: number;
  /** Zeroes a share of the probabilities and scales the rest. */
  readonly dropout?: { readonly rate: number; readonly key: RandomKey };
  /** Applied to the probabilities `[B, heads, N, M]`; must be differentiable by tfjs. */
  readonly onProbabilities?: (probabilities: tf.Tensor4D) => tf.Tensor4D;
}

/** Whether `attention` runs as one kernel that never holds all scores: where the engine has it and no gradient is recorded. */
export function attentionIsFused(): boolean {
  return !tf.engine().isTapeOn() && kernelAvailable(ATTENTION_KERNEL);
}

/** `[B, N, heads * c]` to `[B, heads, N, c]`. */
export function splitHeads(x: tf.Tensor3D, numHeads: number): tf.Tensor4D {
  const [batch, length, channels] = x.shape;
  return x.reshape([batch, length, numHeads, channels / numHeads]).transpose([0, 2, 1, 3]);
}

/** `[B, heads, N, c]` to `[B, N, heads * c]`. */
export function joinHeads(x: tf.Tensor4D): tf.Tensor3D {
  const [batch, heads, length, width] = x.shape;
  return x.transpose([0, 2, 1, 3]).reshape([batch, length, heads * width]);
}

/** Softmax of `query key^T + bias` over keys. Shapes `[B, h, N, c]`, `[B, h, M, c]`, `[B, h, N, M]`. */
function probabilitiesOf(query: tf.Tensor4D, key: tf.Tensor4D, bias: tf.Tensor | undefined): tf.Tensor4D {
  const scores = tf.matMul(query, key, false, true);
  return tf.softmax(bias === undefined ? scores : scores.add(bias)) as tf.Tensor4D;
}

/**
 * Attention of heads with its own gradient: the sum over keys of dP * P, which softmax' gradient subtracts, equals the sum
 * over channels of dO * O, so the scores are passed over twice instead of four times. That difference has few digits left where values
 * are alike; so without dropout, when shares sum to 1, their mean is taken off beforehand. Not where a bias may mask: the mean would
 * let masked values show in the last digits.
 */
function attendWithGradient(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  scale: number,
  bias: tf.Tensor | undefined,
  dropout: AttentionOptions['dropout'],
): tf.Tensor4D {
  return tf.customGrad((...args) => {
    const [query, key, value, save] = args as unknown as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    const scaled = query.mul<tf.Tensor4D>(scale);
    const probabilities = probabilitiesOf(scaled, key, bias);
    const kept =
      dropout === undefined
        ? probabilities
        : probabilities.mul<tf.Tensor4D>(dropoutMask(dropout.key, probabilities.shape, dropout.rate));
    const meanOff = dropout === undefined && bias === undefined;
    const mean = meanOff ? value.mean<tf.Tensor4D>(2, true) : undefined;
    const differing = mean === undefined ? value : value.sub<tf.Tensor4D>(mean);
    const output = tf.matMul(kept, differing) as tf.Tensor4D;
    save([scaled, key, differing, output, probabilities, ...(dropout === undefined ? [] : [kept])]);
    return {
      value: mean === undefined ? output : output.add<tf.Tensor4D>(mean),
      gradFunc: (dOutput: tf.Tensor4D, saved: tf.Tensor[]) => {
        type Saved = [
          scaled: tf.Tensor4D,
          key: tf.Tensor4D,
          value: tf.Tensor4D,
          output: tf.Tensor4D,
          probabilities: tf.Tensor4D,
        ];
        const [scaled, key, value, output, probabilities] = saved as Saved;
        const kept = (saved[5] ?? probabilities) as tf.Tensor4D;
        const dValue = tf.matMul(kept, dOutput, true, false);
        const dKept = tf.matMul(dOutput, value, false, true);
        const slope = dOutput.mul(output).sum(-1, true);
        const dScores =
          kept === probabilities
            ? dKept.sub(slope).mul<tf.Tensor4D>(probabilities)
            : dKept.mul(kept).sub<tf.Tensor4D>(probabilities.mul(slope));
        const dQuery = tf.matMul(dScores, key).mul(scale);
        const dKey = tf.matMul(dScores, scaled, true, false);
        return [dQuery, dKey, dValue];
      },
    };
  })(query, key, value) as tf.Tensor4D;
}

/**
 * Multi-head scaled dot-product attention (Vaswani et al., 2017; Perceiver IO, appendix E).
 *
 * @param query `[B, N, heads * c]`
 * @param key `[B, M, heads * c]`
 * @param value `[B, M, heads * v]`
 * @returns `[B, N, heads * v]`
 */
export function attention(
  query: tf.Tensor3D,
  key: tf.Tensor3D,
  value: tf.Tensor3D,
  options: AttentionOptions,
): tf.Tensor3D {
  const { numHeads, bias, dropout, onProbabilities } = options;
  const channels = query.shape[2];
  if (
    channels % numHeads !== 0 ||
    value.shape[2] % numHeads !== 0 ||
    key.shape[2] !== channels ||
    key.shape[1] !== value.shape[1]
  ) {
    throw new RangeError(
      `attention: expected query [B, N, ${numHeads} * c], key [B, M, same], value [B, M, ${numHeads} * v], got [${query.shape}], [${key.shape}], [${value.shape}]`,
    );
  }
  const scale = options.scale ?? 1 / Math.sqrt(channels / numHeads);
  if (!dropout && !onProbabilities && attentionIsFused()) {
    return runKernel(ATTENTION_KERNEL, { query, key, value, bias }, { numHeads, scale })[0] as tf.Tensor3D;
  }
  const [q, k, v] = [splitHeads(query, numHeads), splitHeads(key, numHeads), splitHeads(value, numHeads)];
  if (onProbabilities === undefined) return joinHeads(attendWithGradient(q, k, v, scale, bias, dropout));
  const seen = onProbabilities(probabilitiesOf(q.mul(scale), k, bias));
  const probabilities = dropout === undefined ? seen : seen.mul(dropoutMask(dropout.key, seen.shape, dropout.rate));
  return joinHeads(tf.matMul(probabilities, v) as tf.Tensor4D);
}

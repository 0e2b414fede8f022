import * as tf from '@tensorflow/tfjs';
import { jit } from 'tfjs-backend-onnxruntime';
import { chunkBounds, parametersUnder, type RowSource } from '../chunked/row-source.js';
import { ModelError } from '../errors.js';
import { type AttentionLayerOptions, mixAttended, repeatOverBatch } from '../layers/attention-layer.js';
import { dense, norm } from '../layers/dense.js';
import { hubLayerNames as names } from '../layers/layer-names.js';
import { bindParameters } from '../parameters/scope.js';
import { extendRows, foldNormedLinear, type RestStatistics, restStatistics } from './folded-norm.js';

type Tensors = Record<string, tf.Tensor>;

/** A stretch of the input array. */
export interface FoldedInput {
  /** Its rows, without the channels of `rest`. */
  readonly rows: RowSource;
  /** Channels that are the same in all of its rows, `[R]`; they stand behind the others. */
  readonly rest?: tf.Tensor1D;
}

export interface FoldedCrossAttendOptions
  extends Pick<AttentionLayerOptions, 'qkChannels' | 'vChannels' | 'residual' | 'wideningFactor' | 'activation'> {
  /** Rows of the input array in memory at a time; 8,192 by default. */
  readonly chunkSize?: number;
  /** Called before each piece; what it throws ends the work. */
  readonly beforeChunk?: () => void;
}

/** Softmax over the keys seen so far, unfinished. */
interface Running {
  /** Greatest score and sum of `exp(score - top)`, `[B, N, 1]`. */
  readonly top: tf.Tensor3D;
  readonly total: tf.Tensor3D;
  /** Sum of `exp(score - top) row`, the row extended, `[B, N, C + 2]`; at the end of a stretch of the values, `[B, N, v]`. */
  readonly weighted: tf.Tensor3D;
}

/** What a stretch of inputs is multiplied with. */
interface FoldedKeys {
  /** `[1, N, C + 2]` */
  readonly query: tf.Tensor3D;
  /** `[v, C + 2]` */
  readonly value: tf.Tensor2D;
  readonly rest: RestStatistics;
}

/**
 * A cross-attend of one head over an input array of any length, with fewer multiplications than `chunkedCrossAttend` and the same numbers
 * to rounding; for inference. Where latents are fewer than inputs, keys and values need not be made: the key weight joins the
 * queries, and the value weight is applied to the weighted sums of inputs. Channels that all inputs share cost nothing.
 *
 * @param path the layer's, such as `perceiver.encoder.cross_attention`
 * @param x the query input, `[B or 1, N, D]`
 * @param inputs stretches of the input array, one after the other
 * @returns `[B, N, D]`; the caller disposes it
 */
export async function foldedCrossAttend(
  parameters: Readonly<Tensors>,
  path: string,
  x: tf.Tensor3D,
  inputs: readonly FoldedInput[],
  options: FoldedCrossAttendOptions,
): Promise<tf.Tensor3D> {
  const { qkChannels, vChannels = qkChannels, chunkSize = 8192, beforeChunk } = options;
  if (inputs.length === 0) throw new ModelError('foldedCrossAttend: expected inputs, got none');
  const fold = jit(
    (weights: Tensors, x: tf.Tensor3D, rest: tf.Tensor1D | undefined): FoldedKeys => {
      const scope = bindParameters(weights).at(path);
      const query = dense(scope.at(names.query), norm(scope.at(names.queryNorm), x), qkChannels); // [1, N, qk]
      const folded = (product: string) =>
        foldNormedLinear({
          normScale: weights[`${path}.${names.keyValueNorm}.weight`] as tf.Tensor1D,
          normOffset: weights[`${path}.${names.keyValueNorm}.bias`] as tf.Tensor1D,
          weight: weights[`${path}.${product}.weight`] as tf.Tensor2D,
          bias: weights[`${path}.${product}.bias`] as tf.Tensor1D,
          rest,
        });
      const [batch, latents] = query.shape;
      const flat = query
        .reshape<tf.Tensor2D>([batch * latents, qkChannels])
        .mul<tf.Tensor2D>(1 / Math.sqrt(qkChannels));
      return {
        query: tf.matMul(flat, folded(names.key)).reshape([batch, latents, -1]),
        value: folded(names.value),
        rest: restStatistics(rest),
      };
    },
    { name: 'foldedCrossAttend fold' },
  );
  const step = jit(
    ({ query, rest }: Omit<FoldedKeys, 'value'>, rows: tf.Tensor3D, channels: number, running?: Running): Running => {
      const extended = extendRows(rows, rest, channels); // [B, n, C + 2]
      const scores = tf.matMul(query, extended, false, true); // [B, N, n]
      const highest = scores.max(2, true);
      const top = (running === undefined ? highest : tf.maximum(running.top, highest)) as tf.Tensor3D;
      const shares = scores.sub(top).exp();
      const part = { total: shares.sum<tf.Tensor3D>(2, true), weighted: tf.matMul(shares, extended) as tf.Tensor3D };
      if (running === undefined) return { top, ...part };
      const rescale = running.top.sub(top).exp();
      return {
        top,
        total: running.total.mul(rescale).add(part.total),
        weighted: running.weighted.mul(rescale).add(part.weighted),
      };
    },
    { name: 'foldedCrossAttend step' },
  );
  const values = jit(
    ({ top, total, weighted }: Running, value: tf.Tensor2D): Running => {
      const [batch, latents, channels] = weighted.shape;
      const rows = weighted.reshape<tf.Tensor2D>([batch * latents, channels]);
      return {
        top: top.clone(),
        total: total.clone(),
        weighted: tf.matMul(rows, value, false, true).reshape([batch, latents, -1]),
      };
    },
    { name: 'foldedCrossAttend values' },
  );
  const finish = jit(
    (weights: Tensors, x: tf.Tensor3D, parts: Running[]) => {
      const top = parts.map((part) => part.top).reduce((a, b) => tf.maximum(a, b));
      const scaled = parts.map((part) => part.top.sub(top).exp());
      const total = tf.addN(parts.map((part, i) => part.total.mul(scaled[i]!)));
      const attended = tf.addN(parts.map((part, i) => part.weighted.mul(scaled[i]!))).div<tf.Tensor3D>(total);
      const { residual, wideningFactor, activation } = options;
      return mixAttended(bindParameters(weights).at(path), repeatOverBatch(x, attended.shape[0]), attended, {
        ...{ numHeads: 1, qkChannels, vChannels, residual, wideningFactor, activation },
      });
    },
    { name: 'foldedCrossAttend finish' },
  );

  const weights = parametersUnder(parameters, path);
  const channels = weights[`${path}.${names.keyValueNorm}.weight`]?.size ?? 0;
  const parts: Running[] = [];
  const made: unknown[] = [];
  try {
    for (const { rows: source, rest } of inputs) {
      const { value, ...keys } = await fold(weights, x, rest);
      made.push(value, keys);
      let running: Running | undefined;
      for (const [start, end] of chunkBounds(source.length, chunkSize)) {
        beforeChunk?.();
        const rows = await source.rows(start, end);
        const next: Running = await step(keys, rows, channels, running);
        tf.dispose([rows, running as unknown as tf.TensorContainer]);
        running = next;
      }
      if (running === undefined) continue;
      made.push(running);
      const part = await values(running, value);
      made.push(part);
      parts.push(part);
    }
    if (parts.length === 0) throw new ModelError('foldedCrossAttend: expected at least one input row, got 0');
    return await finish(weights, x, parts);
  } finally {
    tf.dispose(made as unknown as tf.TensorContainer);
    await Promise.all([fold.dispose(), step.dispose(), values.dispose(), finish.dispose()]);
  }
}

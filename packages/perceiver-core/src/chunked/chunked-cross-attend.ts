import * as tf from '@tensorflow/tfjs';
import { jit, joinHeads, splitHeads } from 'tfjs-backend-onnxruntime';
import { ParameterError } from '../errors.js';
import {
  type AttentionLayerOptions,
  mixAttended,
  repeatOverBatch,
  sparesProjections,
} from '../layers/attention-layer.js';
import { dense, norm } from '../layers/dense.js';
import { hubLayerNames } from '../layers/layer-names.js';
import { MASKED_SCORE } from '../layers/score-bias.js';
import { bindParameters } from '../parameters/scope.js';
import { chunkBounds, parametersUnder, type RowSource } from './row-source.js';

type Tensors = Record<string, tf.Tensor>;

export interface ChunkedCrossAttendOptions extends Omit<AttentionLayerOptions, 'scoreBias' | 'context' | 'recordAs'> {
  /** Rows of the input array in memory at a time; 8,192 by default. */
  readonly chunkSize?: number;
  /** `[B, end - start]`, 1 = keep, of rows `[start, end)`; all are kept by default. The tensors are disposed here. */
  readonly mask?: (start: number, end: number) => tf.Tensor2D;
  /** Whether queries are taken to the inputs' channels, with one head only; by default where it is less work. */
  readonly fold?: boolean;
}

/** Softmax over the keys seen so far, unfinished. */
interface Running {
  /** Greatest score, `[B, heads, N, 1]`. */
  readonly top: tf.Tensor4D;
  /** Sum of `exp(score - top)`, `[B, heads, N, 1]`. */
  readonly total: tf.Tensor4D;
  /** Sum of `exp(score - top) value`, `[B, heads, N, c]`; of inputs in place of values where those are made afterwards. */
  readonly weighted: tf.Tensor4D;
}

/** A cross-attend over inputs of any length. */
export interface ChunkedCrossAttend {
  /**
   * @param parameters by full name; those below the layer's path are used
   * @param x query input, `[B, N, D]` or `[1, N, D]`
   * @returns `[B, N, D]`; the caller disposes it
   */
  (parameters: Readonly<Tensors>, x: tf.Tensor3D, inputs: RowSource): Promise<tf.Tensor3D>;
  /** Releases compiled graphs. */
  dispose(): Promise<void>;
}

/**
 * A cross-attend that reads the input array in chunks: the same numbers as `crossAttend`, memory linear in the chunk and not in the
 * array. Softmax is kept as a running maximum and sums (Milakov and Gimelshein, 2018). For inference; it records no gradient.
 *
 * With one head, few latents do what many inputs would: `q (W x + b)^T` is `(q W) x^T` plus a number that all keys share, which softmax
 * drops, so queries are taken to the inputs' channels once and no keys are made; and since shares sum to 1, the value product is made
 * of the attended inputs. Both hold where that is less work (`sparesProjections`); otherwise keys and values are made chunk by chunk.
 *
 * @param path where the layer's parameters are, such as `perceiver.encoder.cross_attention`
 */
export function chunkedCrossAttend(path: string, options: ChunkedCrossAttendOptions): ChunkedCrossAttend {
  const { numHeads, qkChannels, vChannels = qkChannels, qkvBias: bias = true, names = hubLayerNames } = options;
  const { chunkSize = 8192, mask } = options;
  const scale = 1 / Math.sqrt(qkChannels / numHeads);
  const folds = (inputChannels: number, rows: number): boolean =>
    options.fold ?? (numHeads === 1 && sparesProjections({ rows, inputChannels }, options));

  const begin = jit(
    (weights: Tensors, x: tf.Tensor3D, keyWeight: tf.Tensor2D | undefined) => {
      const scope = bindParameters(weights).at(path);
      const query = dense(scope.at(names.query), norm(scope.at(names.queryNorm), x), qkChannels, { bias }).mul(scale);
      if (keyWeight === undefined) return splitHeads(query as tf.Tensor3D, numHeads); // [B, heads, N, c]
      const [batch, rows] = x.shape;
      const taken = tf.matMul(query.reshape<tf.Tensor2D>([batch * rows, qkChannels]), keyWeight);
      return taken.reshape<tf.Tensor4D>([batch, 1, rows, keyWeight.shape[1]]);
    },
    { name: 'chunkedCrossAttend begin' },
  );

  const step = jit(
    (
      running: Running,
      weights: Tensors,
      query: tf.Tensor4D,
      chunk: tf.Tensor3D,
      keep: tf.Tensor2D | undefined,
      folded: boolean,
    ): Running => {
      const scope = bindParameters(weights).at(path);
      const normed = norm(scope.at(names.keyValueNorm), chunk);
      const product = (name: string, channels: number) =>
        splitHeads(folded ? normed : dense(scope.at(name), normed, channels, { bias }), numHeads);
      const [key, value] = [product(names.key, qkChannels), product(names.value, vChannels)];
      const products = tf.matMul(query, key, false, true); // [B, heads, N, rows]
      const scores = keep === undefined ? products : products.add(hiddenScores(keep));
      const top = tf.maximum(running.top, scores.max(3, true)) as tf.Tensor4D;
      const shares = scores.sub(top).exp();
      const rescale = running.top.sub(top).exp();
      return {
        top,
        total: running.total.mul(rescale).add(shares.sum(3, true)),
        weighted: running.weighted.mul(rescale).add(tf.matMul(shares, value)),
      };
    },
    { name: 'chunkedCrossAttend step', donate: [0] },
  );

  const finish = jit(
    (weights: Tensors, x: tf.Tensor3D, { total, weighted }: Running, folded: boolean) => {
      const scope = bindParameters(weights).at(path);
      const attended = joinHeads(weighted.div(total));
      const values = folded ? dense(scope.at(names.value), attended, vChannels, { bias }) : attended;
      return mixAttended(scope, x, values, { ...options, names });
    },
    { name: 'chunkedCrossAttend finish' },
  );

  const run = async (parameters: Readonly<Tensors>, x: tf.Tensor3D, inputs: RowSource): Promise<tf.Tensor3D> => {
    const weights = parametersUnder(parameters, path);
    const keyWeight = weights[`${path}.${names.key}.weight`] as tf.Tensor2D | undefined;
    if (keyWeight === undefined)
      throw new ParameterError(`${path}.${names.key}.weight: expected a parameter, got none`);
    const inputChannels = keyWeight.shape[1];
    const folded = folds(inputChannels, x.shape[1]);
    const only = (...parts: string[]): Tensors => parametersOf(weights, path, parts);
    const asking = only(names.query, names.queryNorm);
    const perChunk = only(names.keyValueNorm, ...(folded ? [] : [names.key, names.value]));
    const mixing = only(names.output, names.mlpNorm, names.mlpIn, names.mlpOut, ...(folded ? [names.value] : []));
    const shared = await begin(asking, x, folded ? keyWeight : undefined);
    let query = shared;
    let running: Running | undefined;
    try {
      for (const [start, end] of chunkBounds(inputs.length, chunkSize)) {
        const chunk = await inputs.rows(start, end);
        if (running === undefined) {
          const batch = chunk.shape[0];
          query = await repeat(shared, batch);
          const shape: [number, number, number, number] = [batch, numHeads, x.shape[1], 1];
          running = {
            top: tf.fill(shape, MASKED_SCORE),
            total: tf.zeros(shape),
            weighted: tf.zeros([batch, numHeads, x.shape[1], folded ? inputChannels : vChannels / numHeads]),
          };
        }
        const keep = mask?.(start, end);
        running = await step(running, perChunk, query, chunk, keep, folded);
        chunk.dispose();
        keep?.dispose();
      }
      if (running === undefined) throw new RangeError('chunkedCrossAttend: expected at least one input row, got 0');
      return await finish(mixing, x, running, folded);
    } finally {
      // Also when reading the rows fails or is broken off.
      tf.dispose([...Object.values(running ?? {}), shared, ...(query === shared ? [] : [query])]);
    }
  };
  const dispose = async (): Promise<void> => {
    await Promise.all([begin.dispose(), step.dispose(), finish.dispose(), repeat.dispose()]);
  };
  const repeat = jit((query: tf.Tensor4D, batch: number) => {
    const [own, heads, length, width] = query.shape;
    const flat = query.reshape<tf.Tensor3D>([own, heads * length, width]);
    return repeatOverBatch(flat, batch).reshape<tf.Tensor4D>([batch, heads, length, width]);
  });
  return Object.assign(run, { dispose });
}

/** Score bias of a chunk's mask, `[B, 1, 1, rows]`. */
function hiddenScores(keep: tf.Tensor2D): tf.Tensor4D {
  const [batch, rows] = keep.shape;
  return tf.scalar(1).sub(keep.cast('float32')).mul(MASKED_SCORE).reshape([batch, 1, 1, rows]);
}

/** Parameters of some parts of the layer: a compiled graph takes only what it uses. */
function parametersOf(weights: Tensors, path: string, parts: readonly string[]): Tensors {
  return Object.fromEntries(
    Object.entries(weights).filter(([name]) => parts.some((part) => name.startsWith(`${path}.${part}.`))),
  );
}

import * as tf from '@tensorflow/tfjs';
import { jit, joinHeads, splitHeads } from 'tfjs-backend-onnxruntime';
import { ParameterError } from '../errors.js';
import { extendRows, foldNormedLinear, type RestStatistics, restStatistics } from '../folded/folded-norm.js';
import { type AttentionLayerOptions, mixAttended, sparesProjections } from '../layers/attention-layer.js';
import { dense, norm } from '../layers/dense.js';
import { hubLayerNames } from '../layers/layer-names.js';
import { MASKED_SCORE } from '../layers/score-bias.js';
import { bindParameters } from '../parameters/scope.js';
import { asPadded, chunkBounds, type PaddedRows, padRows, parametersUnder, type RowSource } from './row-source.js';

type Tensors = Record<string, tf.Tensor>;

export interface ChunkedCrossAttendOptions extends Omit<AttentionLayerOptions, 'scoreBias' | 'context' | 'recordAs'> {
  /** Rows of the input array in memory at a time; 8,192 by default. */
  readonly chunkSize?: number;
  /** `[B, end - start]`, 1 = keep, of rows `[start, end)`; all are kept by default. The tensors are disposed here. */
  readonly mask?: (start: number, end: number) => tf.Tensor2D;
  /** Whether queries are taken to the inputs' channels, with one head only; by default where it is less work. */
  readonly fold?: boolean;
}

/** An input array of any length: rows, or stretches of rows one after the other, each with padding of its own. */
export type LongInput = RowSource | readonly PaddedRows[];

/** What a run over a long input array takes. */
export interface ChunkedRunOptions {
  /** Called before each piece; what it throws ends the work. */
  readonly beforeChunk?: () => void;
}

/** Queries, and what else stays the same from chunk to chunk of a stretch. */
interface Asking {
  /** `[B or 1, heads, N, c]`; folded `[B or 1, 1, N, C + 2]`. */
  readonly query: tf.Tensor4D;
  readonly folded?: {
    /** Value weight of extended rows, `[v, C + 2]`. */
    readonly value: tf.Tensor2D;
    readonly rest: RestStatistics;
  };
}

/** Softmax over the keys seen so far, unfinished. */
interface Running {
  /** Greatest score, `[B, heads, N, 1]`. */
  readonly top: tf.Tensor4D;
  /** Sum of `exp(score - top)`, `[B, heads, N, 1]`. */
  readonly total: tf.Tensor4D;
  /** Sum of `exp(score - top) value`, `[B, heads, N, c]`; folded, until the end of a stretch, of extended rows in place of values. */
  readonly weighted: tf.Tensor4D;
}

/** A cross-attend over inputs of any length. */
export interface ChunkedCrossAttend {
  /**
   * @param parameters by full name; those below the layer's path are used
   * @param x query input, `[B, N, D]` or `[1, N, D]`
   * @returns `[B, N, D]`; the caller disposes it
   */
  (parameters: Readonly<Tensors>, x: tf.Tensor3D, inputs: LongInput, options?: ChunkedRunOptions): Promise<tf.Tensor3D>;
  /** Releases compiled graphs. */
  dispose(): Promise<void>;
}

/**
 * A cross-attend that reads the input array in chunks: the same numbers as `crossAttend`, memory linear in the chunk and not in the
 * array. Softmax is kept as a running maximum and sums (Milakov and Gimelshein, 2018). For inference; it records no gradient. What is
 * compiled serves all calls.
 *
 * With one head, few latents do what many inputs would: `q (W x + b)^T` is `(q W) x^T` plus a number that all keys share, which softmax
 * drops, so queries are taken to the inputs' channels once and no keys are made; and since shares sum to 1, the value product is made
 * of the attended inputs. The norm of the inputs joins both products, and channels that all rows of a stretch share cost nothing. This
 * holds where it is less work (`sparesProjections`); otherwise keys and values are made chunk by chunk.
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
    (weights: Tensors, x: tf.Tensor3D, rest: tf.Tensor1D | undefined, folded: boolean): Asking => {
      const scope = bindParameters(weights).at(path);
      const normed = norm(scope.at(names.queryNorm), x);
      const query = dense(scope.at(names.query), normed, qkChannels, { bias }).mul<tf.Tensor3D>(scale);
      if (!folded) return { query: splitHeads(query, numHeads) };
      const parameter = <T extends tf.Tensor>(name: string) => weights[`${path}.${name}`] as T;
      const withNorm = (product: string, rows: number) =>
        foldNormedLinear({
          normScale: parameter(`${names.keyValueNorm}.weight`),
          normOffset: parameter(`${names.keyValueNorm}.bias`),
          weight: parameter(`${product}.weight`),
          bias: bias ? parameter(`${product}.bias`) : tf.zeros([rows]),
          rest,
        });
      const [batch, latents] = query.shape;
      const taken = tf.matMul(
        query.reshape<tf.Tensor2D>([batch * latents, qkChannels]),
        withNorm(names.key, qkChannels),
      );
      return {
        query: taken.reshape([batch, 1, latents, -1]),
        folded: { value: withNorm(names.value, vChannels), rest: restStatistics(rest) },
      };
    },
    { name: 'chunkedCrossAttend begin' },
  );

  const step = jit(
    (
      running: Running | undefined,
      weights: Tensors,
      { query, statistics }: { readonly query: tf.Tensor4D; readonly statistics?: RestStatistics },
      chunk: tf.Tensor3D,
      rest: tf.Tensor1D | undefined,
      keep: tf.Tensor2D | undefined,
      inputChannels: number,
    ): Running => {
      const [key, value] =
        statistics === undefined
          ? keysAndValues(weights, padRows(chunk, rest))
          : twice(extendRows(chunk, statistics, inputChannels).expandDims<tf.Tensor4D>(1));
      const products = tf.matMul(query, key, false, true); // [B, heads, N, rows]
      const scores = keep === undefined ? products : products.add(hiddenScores(keep));
      const highest = scores.max(3, true);
      const top = (running === undefined ? highest : tf.maximum(running.top, highest)) as tf.Tensor4D;
      const shares = scores.sub(top).exp();
      const part = { total: shares.sum<tf.Tensor4D>(3, true), weighted: tf.matMul(shares, value) as tf.Tensor4D };
      if (running === undefined) return { top, ...part };
      const rescale = running.top.sub(top).exp();
      return {
        top,
        total: running.total.mul(rescale).add(part.total),
        weighted: running.weighted.mul(rescale).add(part.weighted),
      };
    },
    { name: 'chunkedCrossAttend step', donate: [0], planMemory: false },
  );

  const keysAndValues = (weights: Tensors, inputs: tf.Tensor3D): [tf.Tensor4D, tf.Tensor4D] => {
    const scope = bindParameters(weights).at(path);
    const normed = norm(scope.at(names.keyValueNorm), inputs);
    const product = (name: string, channels: number) =>
      splitHeads(dense(scope.at(name), normed, channels, { bias }), numHeads);
    return [product(names.key, qkChannels), product(names.value, vChannels)];
  };

  /** Values of attended inputs; both sums stay what they are. */
  const values = jit(
    ({ top, total, weighted }: Running, value: tf.Tensor2D): Running => {
      const [batch, heads, latents, channels] = weighted.shape;
      const made = tf.matMul(weighted.reshape<tf.Tensor2D>([-1, channels]), value, false, true);
      return { top: top.clone(), total: total.clone(), weighted: made.reshape([batch, heads, latents, -1]) };
    },
    { name: 'chunkedCrossAttend values' },
  );

  const finish = jit(
    (weights: Tensors, x: tf.Tensor3D, parts: Running[]) => {
      const top = parts.map((part) => part.top).reduce((a, b) => tf.maximum(a, b));
      const scaled = parts.map((part) => part.top.sub(top).exp());
      const total = tf.addN(parts.map((part, i) => part.total.mul(scaled[i]!)));
      const weighted = tf.addN(parts.map((part, i) => part.weighted.mul<tf.Tensor4D>(scaled[i]!)));
      const attended = joinHeads(weighted.div<tf.Tensor4D>(total));
      return mixAttended(bindParameters(weights).at(path), x, attended, { ...options, names });
    },
    { name: 'chunkedCrossAttend finish' },
  );

  const run = async (
    parameters: Readonly<Tensors>,
    x: tf.Tensor3D,
    inputs: LongInput,
    { beforeChunk }: ChunkedRunOptions = {},
  ): Promise<tf.Tensor3D> => {
    const weights = parametersUnder(parameters, path);
    const inputChannels = (weights[`${path}.${names.key}.weight`] as tf.Tensor2D | undefined)?.shape[1];
    if (inputChannels === undefined) {
      throw new ParameterError(`${path}.${names.key}.weight: expected a parameter, got none`);
    }
    const folded = folds(inputChannels, x.shape[1]);
    const only = (...parts: string[]): Tensors => parametersOf(weights, path, parts);
    const products = [names.keyValueNorm, names.key, names.value];
    const asking = only(names.query, names.queryNorm, ...(folded ? products : []));
    const perChunk = folded ? {} : only(...products);
    const mixing = only(names.output, names.mlpNorm, names.mlpIn, names.mlpOut);
    const made: Asking[] = [];
    const parts: Running[] = [];
    let running: Running | undefined;
    let before = 0;
    try {
      for (const { rows: source, rest } of 'rows' in inputs ? [asPadded(inputs)] : inputs) {
        const asked = await begin(asking, x, rest, folded);
        made.push(asked);
        const same = { query: asked.query, ...(asked.folded && { statistics: asked.folded.rest }) };
        for (const [start, end] of chunkBounds(source.length, chunkSize)) {
          beforeChunk?.();
          const chunk = await source.rows(start, end);
          const keep = mask?.(before + start, before + end);
          running = await step(running, perChunk, same, chunk, folded ? undefined : rest, keep, inputChannels);
          tf.dispose([chunk, keep as tf.Tensor]);
        }
        before += source.length;
        if (running === undefined) continue;
        parts.push(running);
        running = undefined;
        if (asked.folded !== undefined) {
          const attended = parts.pop()!;
          parts.push(await values(attended, asked.folded.value).finally(() => tf.dispose({ ...attended })));
        }
      }
      if (parts.length === 0) throw new RangeError('chunkedCrossAttend: expected at least one input row, got 0');
      return await finish(mixing, x, parts);
    } finally {
      // Also when reading the rows fails or is broken off.
      tf.dispose([made, parts, running] as unknown as tf.TensorContainer);
    }
  };
  const dispose = async (): Promise<void> => {
    await Promise.all([begin.dispose(), step.dispose(), values.dispose(), finish.dispose()]);
  };
  return Object.assign(run, { dispose });
}

const twice = (rows: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] => [rows, rows];

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

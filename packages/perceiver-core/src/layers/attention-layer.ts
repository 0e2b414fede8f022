import * as tf from '@tensorflow/tfjs';
import { attention, attentionIsFused, exportsModel } from 'tfjs-backend-onnxruntime';
import { linearBias, linearWeight } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';
import { attendToParts, partsSpareWork } from '../row-parts/attend-to-parts.js';
import type { RowParts } from '../row-parts/row-parts.js';
import { dense, norm, normParameters } from './dense.js';
import { hubLayerNames } from './layer-names.js';
import { type MlpOptions, mlp } from './mlp.js';
import { evaluation, type RunContext } from './run-context.js';

export interface AttentionLayerOptions extends MlpOptions {
  readonly numHeads: number;
  /** Channels of queries and keys over all heads. */
  readonly qkChannels: number;
  /** Channels of values over all heads; `qkChannels` by default. */
  readonly vChannels?: number;
  /** Adds the query input to what attention gives; true by default. The MLP's residual is always there. */
  readonly residual?: boolean;
  /** Biases of the query, key and value products; true by default. */
  readonly qkvBias?: boolean;
  /** Bias of the product after attention; true by default. */
  readonly outputBias?: boolean;
  /** Bias of the MLP's products; true by default. */
  readonly mlpBias?: boolean;
  /** Share of the attention probabilities that is dropped when training. */
  readonly dropout?: number;
  /** Share of what each residual adds that is dropped when training. */
  readonly residualDropout?: number;
  /** Added to the scores, broadcastable to `[B, heads, N, M]`, rank 4. */
  readonly scoreBias?: tf.Tensor;
  /** `[B, N or 1, 1]`, 0 where attention must give zeros, as DeepMind's code does for a row that sees no key; see `keptAny`. */
  readonly sighted?: tf.Tensor3D;
  /** The input array of a cross-attend once more, in parts, where it has any: saves work in inference. */
  readonly parts?: RowParts;
  readonly context?: RunContext;
  /** Name of the recorded probabilities. */
  readonly recordAs?: string;
}

/** Queries, keys and values after their products, `[B, N, qk]`, `[B, M, qk]`, `[B, M, v]`, heads not split. */
export interface Projections {
  readonly query: tf.Tensor3D;
  readonly key: tf.Tensor3D;
  readonly value: tf.Tensor3D;
}

/** Repeats an array that is the same for all examples: `[1, N, C]` to `[batch, N, C]`. */
export function repeatOverBatch(x: tf.Tensor3D, batch: number): tf.Tensor3D {
  return x.shape[0] === batch ? x : tf.tile(x, [batch, 1, 1]);
}

/** The three products of an attention layer. */
export function project(
  scope: Scope,
  queryInput: tf.Tensor3D,
  keyValueInput: tf.Tensor3D,
  options: AttentionLayerOptions,
): Projections {
  const { qkChannels, vChannels = qkChannels, qkvBias: bias = true, names = hubLayerNames } = options;
  return {
    query: dense(scope.at(names.query), queryInput, qkChannels, { bias }),
    key: dense(scope.at(names.key), keyValueInput, qkChannels, { bias }),
    value: dense(scope.at(names.value), keyValueInput, vChannels, { bias }),
  };
}

/** Hands out probabilities `[B, heads, N, M]` as they are. */
const recorded = (record: NonNullable<RunContext['record']>, name: string) => (probabilities: tf.Tensor4D) => {
  record(name, probabilities);
  return probabilities;
};

/** Attention, output product, residual, MLP: the rest of a layer once there are queries, keys and values. */
export function attendAndMix(
  scope: Scope,
  x: tf.Tensor3D,
  { query, key, value }: Projections,
  options: AttentionLayerOptions,
): tf.Tensor3D {
  const { numHeads, scoreBias, sighted, dropout = 0, recordAs, context = evaluation } = options;
  const record = recordAs === undefined ? undefined : context.record;
  const drops = dropout > 0 && context.training;
  const attended = attention(query, key, value, {
    numHeads,
    bias: scoreBias,
    ...(drops ? { dropout: { rate: dropout, key: context.nextKey()! } } : {}),
    ...(record === undefined ? {} : { onProbabilities: recorded(record, recordAs!) }),
  }); // [B, N, v]
  return mixAttended(scope, x, sighted === undefined ? attended : attended.mul<tf.Tensor3D>(sighted), options);
}

/** Output product, residual and MLP after attention: `x` `[B, N, C]`, `attended` `[B, N, v]` to `[B, N, C]`. */
export function mixAttended(
  scope: Scope,
  x: tf.Tensor3D,
  attended: tf.Tensor3D,
  options: AttentionLayerOptions,
): tf.Tensor3D {
  const { residual = true, residualDropout = 0, outputBias: bias = true, mlpBias = true } = options;
  const { names = hubLayerNames, context = evaluation } = options;
  const mixed = context.dropout(dense(scope.at(names.output), attended, x.shape[2], { bias }), residualDropout);
  const y = residual ? x.add<tf.Tensor3D>(mixed) : mixed;
  return y.add(context.dropout(mlp(scope, y, { ...options, bias: mlpBias, names }), residualDropout));
}

/**
 * Cross-attend: each row of `x` asks all rows of `inputs` (Perceiver, section 3.1; Perceiver IO, appendix E).
 *
 * @param x the query input `[B, N, D]`, or `[1, N, D]` when all examples ask the same: then its product is made once
 * @param inputs `[B, M, C]`
 * @returns `[B, N, D]`
 */
export function crossAttend(
  scope: Scope,
  x: tf.Tensor3D,
  inputs: tf.Tensor3D,
  options: AttentionLayerOptions,
): tf.Tensor3D {
  const { names = hubLayerNames } = options;
  const normedQuery = norm(scope.at(names.queryNorm), x);
  if (attendsToInputs(x, inputs, options)) return attendToInputs(scope, x, normedQuery, inputs, options);
  const normedInputs = norm(scope.at(names.keyValueNorm), inputs);
  const { query, key, value } = project(scope, normedQuery, normedInputs, options);
  return attendAndMix(scope, x, { query: repeatOverBatch(query, inputs.shape[0]), key, value }, options);
}

/** Whether scores and averages of the inputs themselves need fewer multiplications than keys and values of them. */
export function sparesProjections(
  { rows, inputChannels }: { readonly rows: number; readonly inputChannels: number },
  { qkChannels, vChannels = qkChannels }: AttentionLayerOptions,
): boolean {
  return 2 * rows * inputChannels <= (rows + inputChannels) * (qkChannels + vChannels);
}

function attendsToInputs(x: tf.Tensor3D, inputs: tf.Tensor3D, options: AttentionLayerOptions): boolean {
  const { numHeads, recordAs, context = evaluation } = options;
  const recorded = recordAs !== undefined && context.record !== undefined;
  const [, rows] = x.shape;
  const [, length, inputChannels] = inputs.shape;
  return (
    numHeads === 1 &&
    rows < length &&
    !context.training &&
    !recorded &&
    attentionIsFused() &&
    sparesProjections({ rows, inputChannels }, options)
  );
}

/**
 * A cross-attend of one head without keys and values, for inference over many inputs. `q (W x + b)^T` is `(q W) x^T` plus a number that all
 * keys share, which softmax drops; and since probabilities sum to 1, the value product may be made of the attended inputs.
 */
function attendToInputs(
  scope: Scope,
  x: tf.Tensor3D,
  normedQuery: tf.Tensor3D,
  inputs: tf.Tensor3D,
  options: AttentionLayerOptions,
): tf.Tensor3D {
  const { qkChannels, vChannels = qkChannels, qkvBias: bias = true, names = hubLayerNames } = options;
  const { scoreBias, sighted, parts } = options;
  const [batch, , inputChannels] = inputs.shape;
  const [own, rows] = normedQuery.shape;
  const query = dense(scope.at(names.query), normedQuery, qkChannels, { bias });
  const keyScope = scope.at(names.key);
  const keyWeight = keyScope.parameter<tf.Tensor2D>('weight', [qkChannels, inputChannels], linearWeight(inputChannels));
  // Without effect, but part of the model.
  if (bias) keyScope.parameter('bias', [qkChannels], linearBias(inputChannels));
  const taken = tf.matMul(query.reshape<tf.Tensor2D>([own * rows, qkChannels]), keyWeight);
  const asking = taken.reshape<tf.Tensor3D>([own, rows, inputChannels]);
  const scale = 1 / Math.sqrt(qkChannels);
  const inputNorm = scope.at(names.keyValueNorm);
  const seeInputs = (): tf.Tensor3D => {
    const normed = norm(inputNorm, inputs);
    return attention(repeatOverBatch(asking, batch), normed, normed, { numHeads: 1, bias: scoreBias, scale });
  };
  const seeParts = (parts: RowParts): tf.Tensor3D => {
    const { scale: normScale, offset } = normParameters(inputNorm, inputChannels);
    return attendToParts(asking.mul(scale), parts, normScale, offset);
  };
  const inParts = parts !== undefined && scoreBias === undefined && partsSpareWork(parts, !exportsModel());
  const seen = inParts ? seeParts(parts) : seeInputs(); // [B, N, C]
  const attended = dense(scope.at(names.value), seen, vChannels, { bias });
  return mixAttended(scope, x, sighted === undefined ? attended : attended.mul<tf.Tensor3D>(sighted), options);
}

/** Self-attend: `[B, N, D]` to `[B, N, D]`, queries, keys and values from one norm. */
export function selfAttend(scope: Scope, x: tf.Tensor3D, options: AttentionLayerOptions): tf.Tensor3D {
  const { names = hubLayerNames } = options;
  const normed = norm(scope.at(names.selfNorm), x);
  return attendAndMix(scope, x, project(scope, normed, normed, options), options);
}

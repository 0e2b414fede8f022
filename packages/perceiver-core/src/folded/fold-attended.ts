import * as tf from '@tensorflow/tfjs';
import { layerNorm, linear } from 'tfjs-backend-onnxruntime';
import { type Activation, activate } from '../layers/mlp.js';
import type { FoldPlan } from './fold-plan.js';
import { centreRows, NORM_EPSILON } from './folded-norm.js';

interface Layer {
  readonly weight: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
}

/** Parameters of what follows attention. */
export interface AttendedParts {
  /** `[B, N, v]` */
  readonly values: tf.Tensor3D;
  /** After attention, `[E, v]`. */
  readonly output: Layer;
  readonly normScale: tf.Tensor1D;
  readonly normOffset: tf.Tensor1D;
  /** The MLP's layers, `[H, E]` and `[E, H]`. */
  readonly mlpIn: Layer;
  readonly mlpOut: Layer;
  /** All linear layers after the MLP as one, `[outputs, E]`. */
  readonly final: Layer;
  /** `R` of `gramRoot` for the centred `[output.weight, output.bias]`, `[v + 1, v + 1]`; for the plan `output * hidden`. */
  readonly root?: tf.Tensor2D;
}

/** What makes outputs of attention probabilities; each plan has its own parts. */
export interface FoldedAttended {
  readonly values: tf.Tensor3D;
  /** `values, output` only. */
  readonly output?: Layer;
  /** `output * hidden` only: hidden, root and outputs in one product of the attended values, `[H + v + 1 + outputs, v]`. */
  readonly mixed?: Layer;
  /** The MLP's first layer; with `mixed` the bias alone is used. */
  readonly hidden: Layer & { readonly normScale: tf.Tensor1D; readonly normOffset: tf.Tensor1D };
  /** From the layer's output before the MLP to the outputs. */
  readonly direct: Layer;
  /** From the MLP's activations to the outputs, `[outputs, H]`. */
  readonly last: tf.Tensor2D;
}

const times = (weight: tf.Tensor2D, vector: tf.Tensor1D): tf.Tensor1D =>
  tf.matMul(weight, vector.reshape<tf.Tensor2D>([-1, 1])).reshape([-1]);

/** A linear layer after a linear layer, as one. */
export function composeLayers(first: Layer, second: Layer): Layer {
  const weight = tf.matMul(second.weight, first.weight) as tf.Tensor2D;
  return { weight, bias: times(second.weight, first.bias).add(second.bias) };
}

/** A copy, so that what is given back is the caller's on every engine. */
const ownLayer = ({ weight, bias }: Layer): Layer => ({ weight: weight.clone(), bias: bias.clone() });

/** Multiplies out what the plan says. The MLP's second layer always joins the final ones: `final(y + out(h))` is linear in y and h. */
export function foldAttended(parts: AttendedParts, plan: FoldPlan['attended']): FoldedAttended {
  const { values, output, normScale, normOffset, mlpIn, mlpOut, final } = parts;
  const last = tf.matMul(final.weight, mlpOut.weight) as tf.Tensor2D; // [outputs, H]
  const direct = { weight: final.weight.clone(), bias: times(final.weight, mlpOut.bias).add<tf.Tensor1D>(final.bias) };
  const hidden = { ...ownLayer(mlpIn), normScale: normScale.clone(), normOffset: normOffset.clone() };
  if (plan === 'values, output') return { values, output: ownLayer(output), hidden, direct, last };
  if (plan === 'values * output')
    return { values: linear(values, output.weight, output.bias) as tf.Tensor3D, hidden, direct, last };
  // The norm divides by the deviation, which the root gives, after a product that has taken the mean away.
  const centred = centreRows(mlpIn.weight.mul(normScale)); // [H, E]
  const width = values.shape[2];
  const root = tf.split(parts.root!, [width, 1], 1) as [tf.Tensor2D, tf.Tensor2D];
  const ofOutput = composeLayers(output, { weight: centred as tf.Tensor2D, bias: tf.zeros([centred.shape[0]]) });
  const toOutputs = composeLayers(output, direct);
  const mixed = {
    weight: tf.concat([ofOutput.weight, root[0], toOutputs.weight], 0),
    bias: tf.concat([ofOutput.bias, root[1].reshape<tf.Tensor1D>([-1]), toOutputs.bias]),
  };
  const bias = times(mlpIn.weight, normOffset).add<tf.Tensor1D>(mlpIn.bias);
  return { values, mixed, hidden: { ...hidden, bias }, direct, last };
}

/** Outputs of attention probabilities: `[B, n, N]` to `[B, n, outputs]`. */
export function outputsOf(folded: FoldedAttended, probabilities: tf.Tensor3D, activation: Activation): tf.Tensor3D {
  const { values, output, mixed, hidden, direct, last } = folded;
  const attended = tf.matMul(probabilities, values) as tf.Tensor3D;
  if (mixed === undefined) {
    const y = (output === undefined ? attended : linear(attended, output.weight, output.bias)) as tf.Tensor3D;
    const normed = layerNorm(y, hidden.normScale, hidden.normOffset, NORM_EPSILON);
    const active = activate(linear(normed, hidden.weight, hidden.bias) as tf.Tensor3D, activation);
    return linear(y, direct.weight, direct.bias).add(linear(active, last));
  }
  const sizes = [last.shape[1], values.shape[2] + 1, last.shape[0]];
  const parts = tf.split(linear(attended, mixed.weight, mixed.bias), sizes, 2) as tf.Tensor3D[];
  const [beforeNorm, root, direct_] = parts as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
  const queryChannels = direct.weight.shape[1];
  const inverse = root.square().sum(2, true).div(queryChannels).add(NORM_EPSILON).rsqrt();
  const active = activate(beforeNorm.mul(inverse).add<tf.Tensor3D>(hidden.bias), activation);
  return direct_.add(linear(active, last));
}

import * as tf from '@tensorflow/tfjs';
import { counterBits, keyWords } from 'tfjs-backend-onnxruntime';
import type { ModelDeclaration, ParameterDeclaration } from './declare-parameters.js';
import type { Initializer } from './initializer.js';
import { normalQuantile } from './normal-quantile.js';

/**
 * What starting weights are drawn from (PAPERS, trap 11).
 * - `normal`: normal(0, std) for weights, embeddings, positions, latents and queries, biases 0; std 0.02 by default. The PyTorch ports.
 * - `variance-scaling`: weights truncated normal with variance 1 / fanIn, arrays truncated normal(0, 0.02), cut at 2 deviations,
 *   biases 0. DeepMind's JAX code.
 * - `torch`: weights and biases uniform in +-1 / sqrt(fanIn), embeddings normal(0, 1), as torch's own layers; arrays normal(0, 0.02).
 */
export type InitializerFamily =
  | { readonly family: 'normal'; readonly std?: number }
  | { readonly family: 'variance-scaling'; readonly scale?: number }
  | { readonly family: 'torch' };

type Draw = (uniform: number) => number;

const normal =
  (std: number): Draw =>
  (u) =>
    std * normalQuantile(u);

const BELOW_MINUS_TWO = 0.022750131948179212;
/** Deviation of a standard normal cut at 2 deviations. */
const CUT_DEVIATION = 0.87962566103423978;

const truncatedNormal =
  (std: number): Draw =>
  (u) =>
    std * normalQuantile(BELOW_MINUS_TWO + u * (1 - 2 * BELOW_MINUS_TWO));

const uniform =
  (limit: number): Draw =>
  (u) =>
    limit * (2 * u - 1);

function drawFor({ kind, std, fanIn }: Initializer, family: InitializerFamily): Draw | 0 {
  const scaled = kind === 'weight' || kind === 'bias';
  if (family.family === 'torch') {
    if (scaled) return fanIn === undefined ? 0 : uniform(1 / Math.sqrt(fanIn));
    return normal(std ?? (kind === 'embedding' ? 1 : 0.02));
  }
  if (kind === 'bias') return 0;
  if (family.family === 'normal') return normal(std ?? family.std ?? 0.02);
  if (kind !== 'weight') return truncatedNormal(std ?? 0.02);
  return truncatedNormal(Math.sqrt((family.scale ?? 1) / fanIn!) / CUT_DEVIATION);
}

/** FNV-1a over UTF-16 units: a name's own stream of numbers. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}

/** Starting values of one parameter. They depend on its name, the seed and the family, not on other parameters. */
export function initialValues(
  { name, shape, initializer }: ParameterDeclaration,
  seed: number,
  family: InitializerFamily,
): Float32Array {
  if (initializer.values !== undefined) return initializer.values();
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  if (initializer.constant !== undefined) return values.fill(initializer.constant);
  const draw = drawFor(initializer, family);
  if (draw === 0) return values;
  const key = keyWords(seed, nameHash(name));
  for (let i = 0; i < values.length; i++) values[i] = draw(((counterBits(key, i) >>> 0) + 0.5) / 2 ** 32);
  return values;
}

/** Starting tensors of a model by name. The caller disposes them. */
export function initializeParameters(
  declaration: ModelDeclaration,
  seed: number,
  family: InitializerFamily = { family: 'normal' },
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    declaration.map((parameter) => [
      parameter.name,
      tf.tensor(initialValues(parameter, seed, family), [...parameter.shape], 'float32'),
    ]),
  );
}

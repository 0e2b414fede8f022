import { util } from '@tensorflow/tfjs';
import { cast, constant, emit, scalar } from '../graph/emit.js';
import { float, type Value } from '../graph/value.js';
import { binary, unary } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { matMul } from './products.js';
import { filled } from './structure.js';
import { channelsFirst, channelsLast } from './window.js';

const add = (a: Value, b: Value) => binary('Add', a, b);
const multiply = (a: Value, b: Value) => binary('Mul', a, b);

/** (x - mean) * scale / sqrt(variance + epsilon) + offset */
const batchNormalization: Kernel = ({ inputs: { x, mean, variance, scale, offset }, attributes }) => {
  for (const [name, value] of Object.entries({ variance, scale, offset })) {
    util.assert(
      value === undefined || value.shape.length === mean!.shape.length,
      () => `Batch normalization gradient requires mean and ${name} to have equal ranks.`,
    );
  }
  const epsilon = attributes.varianceEpsilon ?? 0.001;
  const channels = x!.shape.at(-1)!;
  const given = [scale, offset, mean, variance];
  const perChannel = given.every((value) => value === undefined || value.shape.join() === `${channels}`);
  if (perChannel && x!.shape.length >= 3 && channels > 0) {
    // The transposes cancel those of the convolutions around.
    const image = channelsFirst(cast(x!, 'float32'));
    const inputs = [
      image,
      scale ?? filled('float32', [channels], 1),
      offset ?? filled('float32', [channels], 0),
      mean!,
      variance!,
    ];
    return channelsLast(emit('BatchNormalization', inputs, 'float32', image.shape, { epsilon: float(epsilon) }));
  }
  const deviation = unary('Sqrt', add(variance!, scalar('float32', epsilon)));
  const factor = scale === undefined ? unary('Reciprocal', deviation) : binary('Div', scale, deviation);
  const scaled = multiply(binary('Sub', cast(x!, 'float32'), mean!), factor);
  return offset === undefined ? scaled : add(scaled, offset);
};

/** [channels, channels]: 1 where two channels are at most `radius` apart. */
const band = (channels: number, radius: number): Value =>
  constant(
    'float32',
    Array.from({ length: channels * channels }, (_, i) =>
      Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
    ),
    [channels, channels],
  );

// biome-ignore lint/suspicious/noExplicitAny: attributes are typed by each kernel of tfjs
function responseNorm(x: Value, { depthRadius, bias, alpha }: Record<string, any>): Value {
  const sums = matMul(multiply(x, x), band(x.shape.at(-1)!, depthRadius), false, false, true);
  return add(multiply(sums, scalar('float32', alpha)), scalar('float32', bias));
}

const localResponse: Kernel = ({ inputs: { x }, attributes }) =>
  multiply(x!, binary('Pow', responseNorm(x!, attributes), scalar('float32', -attributes.beta)));

const localResponseGradient: Kernel = ({ inputs: { x, y, dy }, attributes }) => {
  const { alpha, beta, depthRadius } = attributes;
  const norm = responseNorm(x!, attributes);
  const direct = multiply(dy!, binary('Pow', norm, scalar('float32', -beta)));
  const shares = binary('Div', multiply(dy!, y!), norm);
  const spread = matMul(shares, band(x!.shape.at(-1)!, depthRadius), false, false, true);
  return add(direct, multiply(multiply(spread, x!), scalar('float32', -2 * alpha * beta)));
};

export const normalizationKernels: KernelTable = {
  FusedBatchNorm: batchNormalization,
  LRN: localResponse,
  LRNGrad: localResponseGradient,
};

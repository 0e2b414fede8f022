import * as tf from '@tensorflow/tfjs';
import { linearBias, linearWeight } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';
import { type BufferUpdate, batchNormAffine, batchNormTraining } from './batch-norm.js';
import type { RunContext } from './run-context.js';

export interface ConvolutionOptions {
  /** Height and width of the window. */
  readonly kernel: number | readonly [number, number];
  /** Step on both axes; 1 by default. */
  readonly stride?: number;
  /** Zeros on every side, or as few as give `ceil(size / stride)`; half the window by default. */
  readonly padding?: number | 'same';
  /** Adds the parameter `bias`; true by default. */
  readonly bias?: boolean;
}

/**
 * `[B, H, W, C]`, or parts of it that lie one behind another in the channels. A part of batch 1, such as position features, stands for all
 * examples and is convolved once.
 */
export type ConvolutionInput = tf.Tensor4D | readonly tf.Tensor4D[];

/** The filter `[kh, kw, in, out]` of the parameter `weight` `[out, in, kh, kw]`. */
function filterOf(scope: Scope, inChannels: number, outChannels: number, kernel: ConvolutionOptions['kernel']) {
  const [height, width] = windowOf(kernel);
  const shape = [outChannels, inChannels, height, width];
  const weight = scope.parameter<tf.Tensor4D>('weight', shape, linearWeight(inChannels * height * width));
  return tf.transpose<tf.Tensor4D>(weight, [2, 3, 1, 0]);
}

const windowOf = (kernel: ConvolutionOptions['kernel']) =>
  typeof kernel === 'number' ? ([kernel, kernel] as const) : kernel;

/** Channels of all parts together. */
function channelsOf(x: ConvolutionInput): number {
  return x instanceof tf.Tensor ? x.shape[3] : x.reduce((sum, part) => sum + part.shape[3], 0);
}

/** The convolution of the parts' concatenation as a sum: each with its slice of the filter. */
function convolve(x: ConvolutionInput, filter: tf.Tensor4D, options: ConvolutionOptions): tf.Tensor4D {
  const { stride = 1 } = options;
  const pad = padOf(options);
  if (x instanceof tf.Tensor) return tf.conv2d(x, filter, stride, pad);
  const [height, width, , outChannels] = filter.shape;
  let offset = 0;
  const convolved = x.map((part) => {
    const channels = part.shape[3];
    const own = tf.slice(filter, [0, 0, offset, 0], [height, width, channels, outChannels]);
    offset += channels;
    return tf.conv2d(part, own, stride, pad);
  });
  return convolved.reduce((sum, each) => sum.add(each));
}

/** Padding as TensorFlow.js takes it; a number it mistakes for one of a square window. */
function padOf({ kernel, padding }: ConvolutionOptions): 'same' | tf.backend_util.ExplicitPadding {
  if (padding === 'same') return padding;
  const [rows, columns] = windowOf(kernel).map((size) => padding ?? (size - 1) / 2) as [number, number];
  return [
    [0, 0],
    [rows, rows],
    [columns, columns],
    [0, 0],
  ];
}

/** Convolution with PyTorch's parameters, `weight` `[outChannels, in, kh, kw]` and `bias`: `[B, H, W, in]` to `[B, H', W', outChannels]`. */
export function convolution(
  scope: Scope,
  x: ConvolutionInput,
  outChannels: number,
  options: ConvolutionOptions,
): tf.Tensor4D {
  const { kernel, bias = true } = options;
  const inChannels = channelsOf(x);
  const filter = filterOf(scope, inChannels, outChannels, kernel);
  const convolved = convolve(x, filter, options);
  if (!bias) return convolved;
  const [height, width] = windowOf(kernel);
  return convolved.add(scope.parameter('bias', [outChannels], linearBias(inChannels * height * width)));
}

export interface NormedConvolutionOptions extends Omit<ConvolutionOptions, 'bias'> {
  /** Where the convolution's `weight` is. */
  readonly convolution: Scope;
  /** Where the batch norm's parameters and buffers are. */
  readonly norm: Scope;
  readonly activation?: 'relu';
  readonly context: RunContext;
  /** Takes the new running statistics when training. */
  readonly update: BufferUpdate;
}

/**
 * Convolution without bias, batch norm and activation: `[B, H, W, in]` to `[B, H', W', outChannels]`. Evaluating, the norm is part of the
 * convolution, unless intermediates are asked for: those of both are recorded under their scopes' paths.
 */
export function normedConvolution(
  x: ConvolutionInput,
  outChannels: number,
  options: NormedConvolutionOptions,
): tf.Tensor4D {
  const { convolution: scope, norm, kernel, stride = 1, activation, context, update } = options;
  const { training, record } = context;
  const filter = filterOf(scope, channelsOf(x), outChannels, kernel);
  if (!training && record === undefined && x instanceof tf.Tensor) {
    const pad = padOf(options);
    const { scale, offset } = batchNormAffine(norm, outChannels);
    return tf.fused.conv2d({ x, filter: filter.mul(scale), strides: stride, pad, bias: offset, activation });
  }
  const convolved = convolve(x, filter, options);
  record?.(scope.path, convolved);
  const normed = training ? batchNormTraining(norm, convolved, update) : applyAffine(norm, convolved);
  record?.(norm.path, normed);
  return activation === 'relu' ? normed.relu() : normed;
}

function applyAffine(norm: Scope, x: tf.Tensor4D): tf.Tensor4D {
  const { scale, offset } = batchNormAffine(norm, x.shape[3]);
  return x.mul(scale).add(offset);
}

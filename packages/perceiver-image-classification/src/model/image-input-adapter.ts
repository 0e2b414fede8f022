import * as tf from '@tensorflow/tfjs';
import type { BufferUpdate } from 'perceiver-core';
import {
  attentionMaskBias,
  axisFourierFeatures,
  cropFourierFeatures,
  dense,
  fourierChannels,
  type InputAdapter,
  type InputArray,
  joinRowParts,
  linearBias,
  linearWeight,
  ModelError,
  type RowParts,
  type RunContext,
  type Scope,
  trainablePositions,
} from 'perceiver-core';
import { convolvePixels } from './convolve-pixels.js';
import type { ImageInput, ImageInputs, LearnedPositions, PlainPixels } from './image-input.js';
import { permutePixels } from './permute-pixels.js';
import { pixelPatches } from './pixel-patches.js';

/** What the adapter needs to know of a configuration. */
export interface ImageInputConfig {
  readonly input: ImageInput;
  readonly imageSize: readonly [number, number];
  readonly colours?: number;
  readonly permutation?: number;
}

/** Smallest side of a picture that leaves something after the convolution. */
const SMALLEST_CONVOLVED = 5;

/** Channels of the input array. */
export function inputChannels({ input, colours = 3 }: ImageInputConfig): number {
  if (input.kind === 'learned') return input.channels + input.projectedChannels;
  if (input.kind === 'conv') return fourierChannels(input) + input.channels;
  const { patch = 1 } = input;
  return patch * patch * colours + (input.kind === 'fourier' ? fourierChannels(input) : input.positionChannels);
}

function rowsOf(image: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, channels] = image.shape;
  return image.reshape([batch, height * width, channels]);
}

/** Features of each row, then what the positions say: `[M, C]`, the same for all examples, or `[B, M, C]`. */
function withPositions(features: tf.Tensor3D, positions: tf.Tensor2D | tf.Tensor3D): tf.Tensor3D {
  const [batch] = features.shape;
  const spread = positions.rank === 2 ? positions.expandDims<tf.Tensor3D>(0) : (positions as tf.Tensor3D);
  return tf.concat([features, spread.shape[0] === batch ? spread : tf.tile(spread, [batch, 1, 1])], 2);
}

const fromParts = (parts: RowParts): InputArray => ({ inputs: joinRowParts(parts), parts });

function withFourierFeatures(
  image: tf.Tensor4D,
  options: { readonly numBands: number; readonly maxResolution: readonly [number, number] },
  crops: tf.Tensor2D | undefined,
): InputArray {
  const [, height, width] = image.shape;
  const sizes = [height, width] as const;
  const features = rowsOf(image);
  if (crops !== undefined) return { inputs: withPositions(features, cropFourierFeatures(crops, sizes, options)) };
  const channels = fourierChannels(options);
  const axes = axisFourierFeatures(sizes, options).map((rows, axis) => tf.tensor2d(rows, [sizes[axis]!, channels]));
  return fromParts({ features, axes });
}

function plainRows(
  scope: Scope,
  patches: tf.Tensor4D,
  { positionChannels, positionStd = 1 }: PlainPixels,
): tf.Tensor3D {
  const rows = rowsOf(patches);
  if (positionChannels === 0) return rows;
  const positions = trainablePositions(scope.at('position_embeddings'), rows.shape[1], positionChannels, positionStd);
  return withPositions(rows, positions);
}

function learnedRows(scope: Scope, pixels: tf.Tensor4D, input: LearnedPositions): InputArray {
  const [, height, width, colours] = pixels.shape;
  const { channels, projectedChannels } = input;
  const pointwise = scope.at('convnet_1x1');
  const weight = pointwise.parameter('weight', [channels, colours, 1, 1], linearWeight(colours));
  const bias = pointwise.parameter<tf.Tensor1D>('bias', [channels], linearBias(colours));
  const positions = trainablePositions(scope.at('position_embeddings'), height * width, channels);
  return fromParts({
    features: rowsOf(pixels),
    embedding: { weight: weight.reshape([channels, colours]), bias },
    axes: [dense(scope.at('positions_projection'), positions, projectedChannels)],
  });
}

/** The input adapter of an image classifier: `[B, H, W, colours]` to the input array `[B, M, C]`, pictures row by row. */
export function imageInputAdapter(config: ImageInputConfig, update: BufferUpdate): InputAdapter<ImageInputs> {
  const { input, imageSize, colours = 3, permutation } = config;
  const inputArray = (
    scope: Scope,
    given: tf.Tensor4D,
    crops: tf.Tensor2D | undefined,
    context: RunContext,
  ): InputArray => {
    const pixels = permutation === undefined ? given : permutePixels(given, permutation);
    if (input.kind === 'learned') return learnedRows(scope, pixels, input);
    if (input.kind === 'pixels') return { inputs: plainRows(scope, pixelPatches(pixels, input), input) };
    const features =
      input.kind === 'fourier'
        ? pixelPatches(pixels, input)
        : convolvePixels(scope.at('convnet'), pixels, input, context, update);
    return withFourierFeatures(features, input, crops);
  };
  return (scope, { pixels, attentionMask, crops }, context) => {
    checkPixels(pixels.shape, input, imageSize, colours);
    checkCrops(crops, pixels.shape[0]);
    const array = inputArray(scope, pixels, crops, context);
    const [, rows] = array.inputs.shape;
    if (attentionMask !== undefined && attentionMask.shape[1] !== rows) {
      throw new ModelError(
        `attentionMask: expected [B, ${rows}], a number for each row of the input array, got [${attentionMask.shape}]`,
      );
    }
    return { ...array, ...(attentionMask === undefined ? {} : { scoreBias: attentionMaskBias(attentionMask) }) };
  };
}

function checkPixels(
  shape: readonly number[],
  input: ImageInput,
  [height, width]: readonly [number, number],
  colours: number,
): void {
  const { kind } = input;
  const fixed = kind === 'learned' || (kind === 'pixels' && input.positionChannels > 0);
  if (shape.length !== 4 || shape[3] !== colours) {
    throw new ModelError(`pixels: expected [B, height, width, ${colours}], got [${shape}]`);
  }
  if (fixed && (shape[1] !== height || shape[2] !== width)) {
    throw new ModelError(
      `pixels: expected ${height} x ${width}, got ${shape[1]} x ${shape[2]}: the positions are learned, so this model takes one size only`,
    );
  }
  if (kind === 'conv' && Math.min(shape[1]!, shape[2]!) < SMALLEST_CONVOLVED) {
    throw new ModelError(
      `pixels: expected at least ${SMALLEST_CONVOLVED} x ${SMALLEST_CONVOLVED}, got ${shape[1]} x ${shape[2]}: nothing is left after convolution and pooling`,
    );
  }
}

function checkCrops(crops: tf.Tensor2D | undefined, batch: number): void {
  if (crops === undefined || (crops.shape[0] === batch && crops.shape[1] === 4)) return;
  throw new ModelError(`crops: expected [${batch}, 4], got [${crops.shape}]`);
}

import * as tf from '@tensorflow/tfjs';
import {
  attentionMaskBias,
  dense,
  fourierChannels,
  gridFourierFeatures,
  type InputAdapter,
  linearBias,
  linearWeight,
  ModelError,
  type RunContext,
  type Scope,
  trainablePositions,
} from 'perceiver-core';
import { linear } from 'tfjs-backend-onnxruntime';
import type { BufferUpdate } from './batch-norm.js';
import { convolvePixels } from './convolve-pixels.js';
import type { ImageInput, ImageInputs, LearnedPositions } from './image-input.js';

/** What the adapter needs to know of a configuration. */
export interface ImageInputConfig {
  readonly input: ImageInput;
  readonly imageSize: readonly [number, number];
  readonly colours?: number;
}

/** Smallest side of a picture that leaves something after the convolution. */
const SMALLEST_CONVOLVED = 5;

/** Channels of the input array. */
export function inputChannels({ input, colours = 3 }: ImageInputConfig): number {
  if (input.kind === 'learned') return input.channels + input.projectedChannels;
  return fourierChannels(input) + (input.kind === 'conv' ? input.channels : colours);
}

function rowsOf(image: tf.Tensor4D): tf.Tensor3D {
  const [batch, height, width, channels] = image.shape;
  return image.reshape([batch, height * width, channels]);
}

/** Features of each row, then what the positions say, the same for all examples. */
function withPositions(features: tf.Tensor3D, positions: tf.Tensor2D): tf.Tensor3D {
  const [batch] = features.shape;
  const shared = positions.expandDims<tf.Tensor3D>(0);
  return tf.concat([features, batch === 1 ? shared : tf.tile(shared, [batch, 1, 1])], 2);
}

function fourierPositions(
  [, height, width]: readonly number[],
  options: { readonly numBands: number; readonly maxResolution: readonly [number, number] },
): tf.Tensor2D {
  return tf.tensor2d(gridFourierFeatures([height!, width!], options), [height! * width!, fourierChannels(options)]);
}

function learnedRows(scope: Scope, pixels: tf.Tensor4D, input: LearnedPositions): tf.Tensor3D {
  const [, height, width, colours] = pixels.shape;
  const { channels, projectedChannels } = input;
  const pointwise = scope.at('convnet_1x1');
  const weight = pointwise.parameter('weight', [channels, colours, 1, 1], linearWeight(colours));
  const bias = pointwise.parameter<tf.Tensor1D>('bias', [channels], linearBias(colours));
  const features = linear(rowsOf(pixels), weight.reshape<tf.Tensor2D>([channels, colours]), bias) as tf.Tensor3D;
  const positions = trainablePositions(scope.at('position_embeddings'), height * width, channels);
  return withPositions(features, dense(scope.at('positions_projection'), positions, projectedChannels));
}

/** The input adapter of an image classifier: `[B, H, W, colours]` to the input array `[B, M, C]`, pictures row by row. */
export function imageInputAdapter(config: ImageInputConfig, update: BufferUpdate): InputAdapter<ImageInputs> {
  const { input, imageSize, colours = 3 } = config;
  const inputsOf = (scope: Scope, pixels: tf.Tensor4D, context: RunContext): tf.Tensor3D => {
    if (input.kind === 'fourier') return withPositions(rowsOf(pixels), fourierPositions(pixels.shape, input));
    if (input.kind === 'learned') return learnedRows(scope, pixels, input);
    const convolved = convolvePixels(scope.at('convnet'), pixels, input, context, update);
    return withPositions(rowsOf(convolved), fourierPositions(convolved.shape, input));
  };
  return (scope, { pixels, attentionMask }, context) => {
    checkPixels(pixels.shape, input, imageSize, colours);
    const inputs = inputsOf(scope, pixels, context);
    if (attentionMask !== undefined && attentionMask.shape[1] !== inputs.shape[1]) {
      throw new ModelError(
        `attentionMask: expected [B, ${inputs.shape[1]}], a number for each row of the input array, got [${attentionMask.shape}]`,
      );
    }
    return { inputs, ...(attentionMask === undefined ? {} : { scoreBias: attentionMaskBias(attentionMask) }) };
  };
}

function checkPixels(
  shape: readonly number[],
  { kind }: ImageInput,
  [height, width]: readonly [number, number],
  colours: number,
): void {
  if (shape.length !== 4 || shape[3] !== colours) {
    throw new ModelError(`pixels: expected [B, height, width, ${colours}], got [${shape}]`);
  }
  if (kind === 'learned' && (shape[1] !== height || shape[2] !== width)) {
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

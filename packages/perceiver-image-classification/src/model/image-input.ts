import type * as tf from '@tensorflow/tfjs';
import type { PatchOptions } from './pixel-patches.js';

/** A batch of preprocessed pictures. */
export interface ImageInputs {
  /** `[B, H, W, colours]`, normalised */
  readonly pixels: tf.Tensor4D;
  /** `[B, M]` over rows of the input array, 1 = keep, 0 = mask; all are kept by default. */
  readonly attentionMask?: tf.Tensor2D;
  /**
   * `[B, 4]`, top, left, bottom and right of what `pixels` shows of its picture, whose edges are -1 and 1: Fourier features are then those of
   * the places in the picture. Without it they are those of the places in the crop, as in the paper, whose authors saw models overfit to
   * places in the picture (Perceiver, section 4.1 and appendix).
   */
  readonly crops?: tf.Tensor2D;
}

/** Pixels, or squares of them, and Fourier features of their positions: pictures of any size (Perceiver, section 3.2). */
export interface FourierPixels extends PatchOptions {
  readonly kind: 'fourier';
  /** Frequencies for each axis. */
  readonly numBands: number;
  /** Height and width: frequencies run from 1 to half of them, whatever size a picture has. */
  readonly maxResolution: readonly [number, number];
}

/** Pixels, or squares of them, as they are, beside learned positions or none: pictures of one size only (Perceiver, section 4.1). */
export interface PlainPixels extends PatchOptions {
  readonly kind: 'pixels';
  /** Channels of the learned positions; 0 for none, so that the model sees a set of pixels. 128 in the paper. */
  readonly positionChannels: number;
  /** Starting deviation of the positions; 1 in the paper and by default. */
  readonly positionStd?: number;
}

/** A 1x1 convolution and learned positions: no knowledge of two dimensions, and pictures of one size only (Perceiver IO, section 4.6). */
export interface LearnedPositions {
  readonly kind: 'learned';
  /** Channels of the 1x1 convolution and of the positions. */
  readonly channels: number;
  /** Channels of the positions after a linear layer. */
  readonly projectedChannels: number;
}

/** A 7x7 convolution with stride 2, batch norm and max-pool, and Fourier features: pictures of any size (Perceiver IO, section 4.6). */
export interface ConvolvedPixels {
  readonly kind: 'conv';
  readonly channels: number;
  readonly numBands: number;
  readonly maxResolution: readonly [number, number];
  /**
   * How the borders are padded. `port`: 3 zeros on all sides before the convolution and none before pooling, 224 -> 112 -> 55, as Hugging Face's port does.
   * `same`: as little as gives half the size, 224 -> 112 -> 56, as DeepMind's code does. `port` by default.
   */
  readonly padding?: 'port' | 'same';
}

/** How pictures become the input array. */
export type ImageInput = FourierPixels | PlainPixels | LearnedPositions | ConvolvedPixels;

import type * as tf from '@tensorflow/tfjs';

/** A batch of preprocessed pictures. */
export interface PixelsInputs {
  /** `[B, H, W, colours]`, normalised */
  readonly pixels: tf.Tensor4D;
}

/** Fourier features of the pixels' positions beside their colours, as the Perceiver gets them (Perceiver, table 1: "FF"). */
export interface FourierPixelsConfig {
  /** Frequencies for each axis. */
  readonly numBands: number;
  /** Height and width: frequencies run from 1 to half of them. */
  readonly maxResolution: readonly [number, number];
}

/** What all models of pictures here have in common. */
export interface PicturesConfig {
  readonly numLabels: number;
  /** Height and width for which the model was made. */
  readonly imageSize: readonly [number, number];
  /** Channels of a picture; 3 by default. */
  readonly colours?: number;
  /** None by default: colours only. */
  readonly fourier?: FourierPixelsConfig;
}

export interface PixelsOutputs {
  /** `[B, numLabels]` */
  readonly logits: tf.Tensor2D;
  readonly intermediates?: Record<string, tf.Tensor>;
  /** When training: new values of buffers (running statistics of batch norms) by name, to be stored after the step. */
  readonly buffers?: Record<string, tf.Tensor>;
}

import * as tf from '@tensorflow/tfjs';
import type { EncoderConfig } from 'perceiver-core';
import {
  type ImageClassifierConfig,
  type ImageClassifierModel,
  type ImageInput,
  imageClassifier,
} from 'perceiver-image-classification';

/** Pictures are made half as large on each axis, so that a run takes less than a minute. */
const SIDE = 14;
/** Channels of the positions, Fourier features (4 x bands + 2) or learned ones. */
const POSITION_CHANNELS = 34;
const NUM_BANDS = 8;
/** Seed of the fixed permutation of pixels. */
const PERMUTATION = 0;

/** One row of the table. */
export interface Ablation {
  readonly name: string;
  readonly positions: 'Fourier features' | 'learned' | 'none' | 'Fourier features behind a 7x7 convolution';
  readonly pixels: 'as they are' | 'permuted';
  /** Whether later cross-attends and blocks use one set of weights. */
  readonly weights: 'shared' | 'unshared';
  readonly model: () => ImageClassifierModel;
}

/** The Perceiver of 2021, small: 4 cross-attends, a block of one self-attend after each, the average of the latents. */
const encoder: EncoderConfig = {
  numLatents: 32,
  latentChannels: 64,
  numCrossAttends: 4,
  numBlocks: 4,
  numSelfAttendsPerBlock: 1,
  numCrossAttentionHeads: 2,
  numSelfAttentionHeads: 4,
  crossAttentionQkChannels: 64,
  crossAttentionVChannels: 64,
  attentionDropout: 0,
};

const fourier: ImageInput = { kind: 'fourier', numBands: NUM_BANDS, maxResolution: [SIDE, SIDE] };
const learned: ImageInput = { kind: 'pixels', positionChannels: POSITION_CHANNELS };
const convolution: ImageInput = { kind: 'conv', channels: 32, numBands: 3, maxResolution: [4, 4], padding: 'same' };

function classifier(input: ImageInput, changes: Partial<ImageClassifierConfig> = {}): ImageClassifierModel {
  return imageClassifier({
    input,
    imageSize: [SIDE, SIDE],
    colours: 1,
    numLabels: 10,
    encoder,
    head: { kind: 'average' },
    ...changes,
  });
}

/**
 * The model without positions: all pixels have the Fourier features of the picture's middle, so that it sees them as a set. It keeps its
 * channels and parameters, and its input norm still sees how bright a pixel is, which a norm of one channel alone would take away.
 */
function withoutPositions(model: ImageClassifierModel): ImageClassifierModel {
  return {
    ...model,
    apply: (scope, inputs, options) =>
      model.apply(scope, { ...inputs, crops: tf.zeros<tf.Rank.R2>([inputs.pixels.shape[0], 4]) }, options),
  };
}

const shared = { pixels: 'as they are', weights: 'shared' } as const;
const permuted = { pixels: 'permuted', weights: 'shared' } as const;

/** Positions, permuted pixels and shared weights (Perceiver, tables 1, 2 and 7; section 4.1). */
export const ablations: readonly Ablation[] = [
  { name: 'fourier', positions: 'Fourier features', ...shared, model: () => classifier(fourier) },
  {
    name: 'fourier-permuted',
    positions: 'Fourier features',
    ...permuted,
    model: () => classifier(fourier, { permutation: PERMUTATION }),
  },
  { name: 'learned', positions: 'learned', ...shared, model: () => classifier(learned) },
  {
    name: 'learned-permuted',
    positions: 'learned',
    ...permuted,
    model: () => classifier(learned, { permutation: PERMUTATION }),
  },
  { name: 'none', positions: 'none', ...shared, model: () => withoutPositions(classifier(fourier)) },
  {
    name: 'unshared',
    positions: 'Fourier features',
    pixels: 'as they are',
    weights: 'unshared',
    model: () => classifier(fourier, { encoder: { ...encoder, sharing: 'none', firstBlockShared: false } }),
  },
  {
    name: 'convolution',
    positions: 'Fourier features behind a 7x7 convolution',
    ...shared,
    model: () => classifier(convolution),
  },
  {
    name: 'convolution-permuted',
    positions: 'Fourier features behind a 7x7 convolution',
    ...permuted,
    model: () => classifier(convolution, { permutation: PERMUTATION }),
  },
];

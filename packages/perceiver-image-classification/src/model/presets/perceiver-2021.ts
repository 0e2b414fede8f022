import type { EncoderConfig } from 'perceiver-core';
import type { ImageClassifierConfig } from '../image-classifier.js';
import { visionPerceiverFourier } from './vision-perceiver-fourier.js';

/** 8 cross-attends, a block of 6 self-attends after each (Perceiver, section 4.1). */
const encoder: EncoderConfig = {
  ...visionPerceiverFourier.encoder,
  numCrossAttends: 8,
  attentionDropout: 0,
};

/**
 * The Perceiver of 2021 on ImageNet (Perceiver, section 4.1 and table 1): 8 cross-attends, of which the last 7 share their weights, 8
 * times one block of 6 self-attends, the average of the latents. 44.9M parameters, 707 GFLOPs, 78.0 top-1.
 */
export const perceiver2021: ImageClassifierConfig = {
  ...visionPerceiverFourier,
  encoder,
  head: { kind: 'average' },
};

/** The same with weights of its own for each of the 8 cross-attends and blocks: 326M parameters, which overfit: 72.9 top-1. */
export const perceiver2021Unshared: ImageClassifierConfig = {
  ...perceiver2021,
  encoder: { ...encoder, sharing: 'none', firstBlockShared: false },
};

/** The same with learned positions of 128 channels and one cross-attend (Perceiver, table 2): 70.9 top-1. */
export const perceiver2021Learned: ImageClassifierConfig = {
  ...perceiver2021,
  input: { kind: 'pixels', positionChannels: 128 },
  encoder: { ...encoder, numCrossAttends: 1 },
};

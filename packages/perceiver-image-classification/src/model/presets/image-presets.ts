import type { ImageClassifierConfig } from '../image-classifier.js';
import { imagenetPretraining } from './imagenet-pretraining.js';
import { perceiver2021, perceiver2021Learned, perceiver2021Unshared } from './perceiver-2021.js';
import { tiny } from './tiny.js';
import { visionPerceiverConv } from './vision-perceiver-conv.js';
import { visionPerceiverFourier } from './vision-perceiver-fourier.js';
import { visionPerceiverLearned } from './vision-perceiver-learned.js';

/** Image classifiers by name. */
export const imageClassifierPresets = {
  'vision-perceiver-fourier': visionPerceiverFourier,
  'vision-perceiver-learned': visionPerceiverLearned,
  'vision-perceiver-conv': visionPerceiverConv,
  'perceiver-2021': perceiver2021,
  'perceiver-2021-learned': perceiver2021Learned,
  'perceiver-2021-unshared': perceiver2021Unshared,
  'imagenet-pretraining-16x-unshared': imagenetPretraining,
  tiny,
} satisfies Record<string, ImageClassifierConfig>;

export type ImageClassifierPreset = keyof typeof imageClassifierPresets;

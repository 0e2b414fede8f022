import type { ImageClassifierConfig } from '../image-classifier.js';
import { tiny } from './tiny.js';
import { visionPerceiverConv } from './vision-perceiver-conv.js';
import { visionPerceiverFourier } from './vision-perceiver-fourier.js';
import { visionPerceiverLearned } from './vision-perceiver-learned.js';

/** Image classifiers by name. */
export const imageClassifierPresets = {
  'vision-perceiver-fourier': visionPerceiverFourier,
  'vision-perceiver-learned': visionPerceiverLearned,
  'vision-perceiver-conv': visionPerceiverConv,
  tiny,
} satisfies Record<string, ImageClassifierConfig>;

export type ImageClassifierPreset = keyof typeof imageClassifierPresets;

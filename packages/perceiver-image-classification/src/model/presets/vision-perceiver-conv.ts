import type { ImageClassifierConfig } from '../image-classifier.js';
import { visionPerceiverFourier } from './vision-perceiver-fourier.js';

/**
 * Perceiver IO behind one convolution and a max-pool (Perceiver IO, section 4.6): 48,646,522 parameters, 82.1 top-1 on ImageNet. The
 * released `deepmind/vision-perceiver-conv` is this model.
 */
export const visionPerceiverConv: ImageClassifierConfig = {
  ...visionPerceiverFourier,
  input: { kind: 'conv', channels: 64, numBands: 64, maxResolution: [56, 56], padding: 'port' },
};

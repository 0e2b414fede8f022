import type { ImageClassifierConfig } from '../image-classifier.js';
import { visionPerceiverFourier } from './vision-perceiver-fourier.js';

/**
 * Perceiver IO with learned positions, which knows nothing of two dimensions (Perceiver IO, section 4.6): 62,255,848 parameters, 72.7
 * top-1 on ImageNet. The released `deepmind/vision-perceiver-learned` is this model as Hugging Face computes it; DeepMind's own code has no
 * residual around the decoder's query (`useQueryResidual` of the head).
 */
export const visionPerceiverLearned: ImageClassifierConfig = {
  ...visionPerceiverFourier,
  input: { kind: 'learned', channels: 256, projectedChannels: 256 },
};

import type { PredictProgram } from 'perceiver-inference';
import { reconstructCommand } from './reconstruct-command.js';

/** The program `perceiver-multimodal-autoencoding`. */
export const program: PredictProgram = {
  name: 'perceiver-multimodal-autoencoding',
  manifest: new URL('../../package.json', import.meta.url),
  summary: 'Perceiver autoencoders of video, sound and label',
  commands: [reconstructCommand],
};

import type { PredictProgram } from 'perceiver-inference';
import { fillMaskCommand } from './fill-mask-command.js';

/** The commands of `perceiver-baselines`. */
export const program: PredictProgram = {
  name: 'perceiver-baselines',
  manifest: new URL('../../package.json', import.meta.url),
  summary: 'the networks that the Perceiver papers compare with',
  commands: [fillMaskCommand],
};

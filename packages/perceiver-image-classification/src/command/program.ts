import type { PredictProgram } from 'perceiver-inference';
import { augmentCommand } from './augment-command.js';
import { classifyCommand } from './classify-command.js';
import { evaluateCommand } from './evaluate-command.js';

/** The program `perceiver-image-classification`. */
export const program: PredictProgram = {
  name: 'perceiver-image-classification',
  manifest: new URL('../../package.json', import.meta.url),
  summary: 'Perceiver image classifiers',
  commands: [classifyCommand, evaluateCommand, augmentCommand],
};

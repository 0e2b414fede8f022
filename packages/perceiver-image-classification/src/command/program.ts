import type { PredictProgram } from 'perceiver-inference';
import { augmentCommand } from './augment-command.js';
import { classifyCommand } from './classify-command.js';
import { evaluateCommand } from './evaluate-command.js';

/** The program `perceiver-image-classification`. */
export const program: PredictProgram = {
  name: 'perceiver-image-classification',
  summary: 'Perceiver image classifiers',
  commands: [classifyCommand, evaluateCommand, augmentCommand],
};

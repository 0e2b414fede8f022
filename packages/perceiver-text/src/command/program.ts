import type { PredictProgram } from 'perceiver-inference';
import { fillMaskCommand } from './fill-mask-command.js';
import { generateCommand } from './generate-command.js';

/** The commands of `perceiver-text`. */
export const program: PredictProgram = {
  name: 'perceiver-text',
  summary: 'Perceiver language models on bytes',
  commands: [fillMaskCommand, generateCommand],
};

import type { Program } from 'perceiver-training/node';
import { trainCommand } from './command.js';

/** The commands of `train-image-classification`. */
export const program: Program = {
  name: 'train-image-classification',
  summary: 'trains Perceiver image classifiers and reports on them',
  commands: [trainCommand],
  defaultCommand: 'train',
};

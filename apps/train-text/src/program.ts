import type { Program } from 'perceiver-training/node';
import { clmCommand } from './clm/command.js';
import { glueCommand } from './glue/command.js';
import { mlmCommand } from './mlm/command.js';

/** The commands of `train-text`. */
export const program: Program = {
  name: 'train-text',
  summary: 'trains and evaluates Perceiver language models and classifiers of text',
  commands: [clmCommand, mlmCommand, glueCommand],
  defaultCommand: 'clm',
};

import type { PredictProgram } from 'perceiver-inference';
import { classifyCommand } from './classify-command.js';
import { fillMaskCommand } from './fill-mask-command.js';
import { generateCommand } from './generate-command.js';
import { glueScoreCommand } from './glue-score-command.js';
import { rankCommand } from './rank-command.js';

/** The commands of `perceiver-text`. */
export const program: PredictProgram = {
  name: 'perceiver-text',
  manifest: new URL('../../package.json', import.meta.url),
  summary: 'Perceiver language models on bytes, and what is measured with them',
  commands: [fillMaskCommand, classifyCommand, generateCommand, rankCommand, glueScoreCommand],
};

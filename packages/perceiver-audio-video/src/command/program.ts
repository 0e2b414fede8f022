import type { PredictProgram } from 'perceiver-inference';
import { decodeCommand } from './decode-command.js';
import { inspectCommand } from './inspect-command.js';

/** The commands of `perceiver-audio-video`. */
export const program: PredictProgram = {
  name: 'perceiver-audio-video',
  manifest: new URL('../../package.json', import.meta.url),
  summary: 'looks into files of sound and video',
  commands: [inspectCommand, decodeCommand],
};

import type { PredictProgram } from 'perceiver-inference';
import { estimateCommand } from './estimate-command.js';
import { videoCommand } from './video-command.js';

/** The commands of `perceiver-optical-flow`. */
export const program: PredictProgram = {
  name: 'perceiver-optical-flow',
  manifest: new URL('../../package.json', import.meta.url),
  summary: 'optical flow between frames',
  commands: [estimateCommand, videoCommand],
};

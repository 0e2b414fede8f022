import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FfmpegNotFoundError, mediaSource, writeVideo } from 'perceiver-ffmpeg';
import { encodePng, readImage } from 'perceiver-image-files';
import { checkModelOptions, makeOutputFolder, predictCommand, removeLaterFiles } from 'perceiver-inference';
import { z } from 'zod';
import { writeFlow } from '../files/flow-files.js';
import { FlowError } from '../flow-error.js';
import { longestFlow } from '../pictures/flow-colours.js';
import { flowPicture } from '../pictures/flow-picture.js';
import { estimateSequence } from '../video/estimate-sequence.js';
import { listFrames, readFrames } from '../video/frame-folder.js';
import { videoFrames } from '../video/video-frames.js';
import { flowModelOptions } from './flow-model-options.js';
import { describeFlow, flowSummary } from './flow-summary.js';
import { openPredictor } from './open-predictor.js';
import { tileProgress } from './tile-progress.js';

/** Frames per second of a folder's flow video. */
const FOLDER_FPS = 25;

/** `perceiver-optical-flow video`. */
export const videoCommand = predictCommand({
  name: 'video',
  summary: 'estimates the flow between all frames of a video or a folder of pictures',
  arguments: [
    {
      name: 'INPUT',
      description: 'folder of pictures, in the order of their numbers, or a video or its address (needs ffmpeg)',
    },
  ],
  ownOut: {
    name: 'DIR',
    description: 'folder for numbered pictures and, where there is ffmpeg, flow.mp4 (default flow)',
  },
  schema: z.strictObject({
    ...flowModelOptions,
    view: z.enum(['colours', 'arrows', 'warped', 'sheet']).default('colours').describe('what the pictures show'),
    longest: z
      .number()
      .positive()
      .optional()
      .describe("flow in pixels that has full colour (default: the first pair's longest)"),
    pairs: z.int().min(1).optional().describe('pairs of frames after which to stop'),
    network: z.boolean().default(false).describe('allow http(s) addresses, and playlists, which name other files'),
    flowFiles: z.boolean().default(false).describe('write .flo files too'),
  }),
  async run({ arguments: [input = ''], settings, out = 'flow', output, signal }) {
    checkModelOptions(settings);
    const { view, pairs = Number.POSITIVE_INFINITY, flowFiles } = settings;
    const { fps, frames } = await openFrames(input, { network: settings.network, signal });
    await makeOutputFolder('--out', out);
    const predictor = await openPredictor(settings, signal);
    const pictures: string[] = [];
    let { longest } = settings;
    try {
      for await (const pair of estimateSequence(predictor, frames, { signal, onProgress: tileProgress() })) {
        // One scale for all pictures, or colours would flicker.
        longest ??= Math.max(longestFlow(pair.flow), Number.MIN_VALUE);
        const name = join(out, `flow-${String(pictures.length + 1).padStart(5, '0')}`);
        await writeFile(`${name}.png`, await encodePng(await flowPicture({ ...pair, longest }, view)));
        if (flowFiles) await writeFlow(`${name}.flo`, pair.flow);
        pictures.push(`${name}.png`);
        const summary = flowSummary(pair.flow);
        output.text(`${name}.png: ${describeFlow(summary)}\n`);
        output.record({ picture: `${name}.png`, ...summary });
        if (pictures.length >= pairs) break;
      }
    } finally {
      await predictor.dispose();
    }
    const first = pictures[0];
    if (first === undefined) throw new FlowError(`${input}: expected at least 2 frames, got fewer`);
    await removeLaterFiles(out, 'flow-', ['.png', '.flo'], pictures.length + 1);
    const { width, height } = await readImage(first);
    try {
      await writeVideo(join(out, 'flow.mp4'), readPictures(pictures), { fps, width, height, signal });
      output.text(`${join(out, 'flow.mp4')}: ${pictures.length} frame${pictures.length === 1 ? '' : 's'}\n`);
    } catch (error) {
      if (!(error instanceof FfmpegNotFoundError)) throw error;
      output.text(`no flow.mp4, only pictures: ${error.message}\n`);
    }
  },
});

async function openFrames(input: string, options: { network: boolean; signal: AbortSignal }) {
  const isFolder = await stat(input).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (isFolder) return { fps: FOLDER_FPS, frames: readFrames(await listFrames(input)) };
  return videoFrames(mediaSource(input, options), options);
}

async function* readPictures(paths: readonly string[]): AsyncGenerator<Uint8Array, void> {
  for (const path of paths) yield (await readImage(path)).data;
}

import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { encodePng } from 'perceiver-image-files';
import { checkModelOptions, predictCommand } from 'perceiver-inference';
import { flowMetrics } from 'perceiver-metrics';
import { z } from 'zod';
import { FLOW_EXTENSIONS, readFlow, writeFlow } from '../files/flow-files.js';
import { readFrame } from '../files/read-frame.js';
import { FlowError } from '../flow-error.js';
import { flowControls } from '../metrics/flow-controls.js';
import { flowPicture, flowViews } from '../pictures/flow-picture.js';
import { describeErrors } from './describe-errors.js';
import { flowModelOptions } from './flow-model-options.js';
import { describeFlow, flowSummary } from './flow-summary.js';
import { openPredictor } from './open-predictor.js';
import { tileProgress } from './tile-progress.js';

/** `perceiver-optical-flow estimate`. */
export const estimateCommand = predictCommand({
  name: 'estimate',
  summary: 'estimates where the pixels of one frame are in the next',
  arguments: [
    { name: 'FRAME1', description: 'a picture (JPEG, PNG, WebP, AVIF, GIF, TIFF, PPM, PGM)' },
    { name: 'FRAME2', description: 'the next one, of the same size' },
  ],
  ownOut: { name: 'FILE', description: `write the flow to a ${FLOW_EXTENSIONS.join(', ')} (16 bits, as KITTI's)` },
  schema: z.strictObject({
    ...flowModelOptions,
    groundTruth: z.string().optional().describe('true flow (.flo, .pfm or 16-bit .png) to measure errors against'),
    picture: z.string().optional().describe('write a picture of the flow to a .png'),
    view: z.enum(flowViews).default('sheet').describe('what the picture shows'),
  }),
  async run({ arguments: [first = '', second = ''], settings, out, output, signal }) {
    checkModelOptions(settings);
    const { groundTruth, picture, view } = settings;
    checkExtension(out, FLOW_EXTENSIONS);
    checkExtension(picture, ['.png']);
    if (view === 'error' && groundTruth === undefined) throw new FlowError('--view error: expected --ground-truth too');
    const [frame1, frame2] = [await readFrame(first), await readFrame(second)];
    const truth = groundTruth === undefined ? undefined : await readFlow(groundTruth);
    if (truth !== undefined && (truth.width !== frame1.width || truth.height !== frame1.height)) {
      throw new FlowError(
        `${groundTruth}: expected the frames' size, ${frame1.width} x ${frame1.height}, got ${truth.width} x ${truth.height}`,
      );
    }
    const predictor = await openPredictor(settings);
    try {
      const start = performance.now();
      const flow = await predictor.estimate(frame1, frame2, { signal, onProgress: tileProgress() });
      const seconds = (performance.now() - start) / 1000;
      const summary = flowSummary(flow);
      output.text(`${describeFlow(summary)}, ${seconds.toFixed(1)} s\n`);
      const errors = truth && { metrics: flowMetrics(flow, truth), controls: flowControls(truth) };
      if (errors !== undefined) output.text(`\n${describeErrors(errors.metrics, errors.controls)}`);
      if (out !== undefined) await writeFlow(out, flow);
      if (picture !== undefined) {
        const image = await flowPicture({ frame1, frame2, flow, truth }, view);
        await writeFile(picture, await encodePng(image));
      }
      output.record({ frame1: first, frame2: second, seconds, ...summary, ...errors });
    } finally {
      await predictor.dispose();
    }
  },
});

function checkExtension(path: string | undefined, allowed: readonly string[]): void {
  if (path === undefined || allowed.includes(extname(path).toLowerCase())) return;
  throw new FlowError(`${path}: expected the extension ${allowed.join(', ')}, got ${extname(path) || 'none'}`);
}

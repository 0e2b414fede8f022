import { writeFile } from 'node:fs/promises';
import { encodePng } from 'perceiver-image-files';
import { checkModelOptions, checkOutputFile, predictCommand } from 'perceiver-inference';
import { flowMetrics } from 'perceiver-metrics';
import { UsageError } from 'perceiver-training/node';
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
    view: z.enum(flowViews).optional().describe('what the picture shows (default sheet)'),
  }),
  async run({ arguments: [first = '', second = ''], settings, out, output, signal }) {
    checkModelOptions(settings);
    const { groundTruth, picture, view } = settings;
    if (view !== undefined && picture === undefined) throw new UsageError('--view: expected --picture too');
    if (view === 'error' && groundTruth === undefined)
      throw new UsageError('--view error: expected --ground-truth too');
    if (out !== undefined && out === picture)
      throw new UsageError(`--picture ${picture}: expected another file than --out`);
    await checkOutputFile('--out', out, FLOW_EXTENSIONS);
    await checkOutputFile('--picture', picture, ['.png']);
    const [frame1, frame2] = [await readFrame(first), await readFrame(second)];
    if (frame2.width !== frame1.width || frame2.height !== frame1.height) {
      throw new FlowError(
        `${second}: expected the size of ${first}, ${frame1.width} x ${frame1.height}, got ${frame2.width} x ${frame2.height}`,
      );
    }
    const truth = groundTruth === undefined ? undefined : await readFlow(groundTruth);
    if (truth !== undefined && (truth.width !== frame1.width || truth.height !== frame1.height)) {
      throw new FlowError(
        `${groundTruth}: expected the frames' size, ${frame1.width} x ${frame1.height}, got ${truth.width} x ${truth.height}`,
      );
    }
    if (truth?.valid?.every((known) => known === 0)) {
      throw new FlowError(`${groundTruth}: expected pixels whose flow is known, got none`);
    }
    const predictor = await openPredictor(settings, signal);
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
        const image = await flowPicture({ frame1, frame2, flow, truth }, view ?? 'sheet');
        await writeFile(picture, await encodePng(image));
      }
      output.record({ frame1: first, frame2: second, seconds, ...summary, ...errors });
    } finally {
      await predictor.dispose();
    }
  },
});

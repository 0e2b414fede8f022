import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { writeSafetensors } from 'perceiver-checkpoints';
import { bindParameters, declareParameters, initializeParameters, initialValues } from 'perceiver-core';
import type { RgbImage } from 'perceiver-image-files';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlowError } from '../flow-error.js';
import { flowConfigText } from '../load/flow-config.js';
import { opticalFlowModel } from '../model/optical-flow-model.js';
import { opticalFlowPresets } from '../model/presets/optical-flow-presets.js';
import { waves } from '../testing/frames.js';
import { flowStitcher } from '../tiles/flow-stitcher.js';
import { tileCorners } from '../tiles/tile-corners.js';
import { OpticalFlow } from './optical-flow.js';
import { FLOW_SCALE, opticalFlowPredictor } from './optical-flow-predictor.js';

const { tiny } = opticalFlowPresets;
const [tileHeight, tileWidth] = tiny.frameSize;
const family = { family: 'normal', std: 0.2 } as const;

let folder: string;
beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'flow-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

const makeParameters = () => initializeParameters(declareParameters(opticalFlowModel(tiny)), 3, family);

/** The flow of one tile by the model as it is written down. */
async function plainFlow(frames: readonly RgbImage[], y = 0, x = 0): Promise<Float32Array> {
  const values = frames.flatMap(({ width, data }) =>
    Array.from({ length: tileHeight * tileWidth * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      const row = y + Math.floor(pixel / tileWidth);
      return data[(row * width + x + (pixel % tileWidth)) * 3 + (i % 3)]! / 127.5 - 1;
    }),
  );
  const parameters = makeParameters();
  const { logits } = opticalFlowModel(tiny).apply(bindParameters(parameters), {
    frames: tf.tensor5d(values, [1, 2, tileHeight, tileWidth, 3]),
  });
  return (await logits.mul(FLOW_SCALE).data()) as Float32Array;
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  expect(largest).toBeGreaterThan(0.01);
  expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5 * largest);
}

describe('OpticalFlow', () => {
  it('gives what the model gives for frames of its size', async () => {
    const frames = [waves(tileWidth, tileHeight), waves(tileWidth, tileHeight, 2)] as const;
    const predictor = opticalFlowPredictor(tiny, makeParameters());
    const flow = await predictor.estimate(...frames);
    expect([flow.width, flow.height]).toEqual([tileWidth, tileHeight]);
    expectClose(flow.data, await plainFlow(frames));
    await predictor.dispose();
  });

  it('joins the tiles of larger frames, telling how far it is', async () => {
    const [width, height] = [71, 29];
    const frames = [waves(width, height), waves(width, height, 2)] as const;
    const predictor = opticalFlowPredictor(tiny, makeParameters());
    const seen: string[] = [];
    const flow = await predictor.estimate(...frames, {
      minOverlap: 5,
      onProgress: ({ tiles, of }) => seen.push(`${tiles} of ${of}`),
    });
    const stitcher = flowStitcher([height, width], tiny.frameSize);
    const corners = tileCorners([height, width], tiny.frameSize, 5);
    for (const [y, x] of corners) stitcher.add(await plainFlow(frames, y, x), y, x);
    expectClose(flow.data, stitcher.result().data);
    expect(seen).toEqual(corners.map((_, i) => `${i + 1} of ${corners.length}`));
    await predictor.dispose();
  });

  it('takes frames from 8 x 8 pixels, and from any side on', async () => {
    const predictor = opticalFlowPredictor(tiny, makeParameters());
    for (const [width, height] of [
      [8, 8],
      [9, 40],
      [50, 11],
    ] as const) {
      const flow = await predictor.estimate(waves(width, height), waves(width, height, 1));
      expect([flow.width, flow.height, flow.data.length]).toEqual([width, height, width * height * 2]);
      expect(flow.data.every(Number.isFinite)).toBe(true);
    }
    await expect(predictor.estimate(waves(7, 40), waves(7, 40))).rejects.toThrow('at least 8 x 8 pixels, got 7 x 40');
    await expect(predictor.estimate(waves(8, 9), waves(9, 8))).rejects.toThrow('two of one size, got 8 x 9 and 9 x 8');
    await expect(predictor.estimate(waves(8, 9), { ...waves(8, 9), data: new Uint8Array(5) })).rejects.toThrow(
      FlowError,
    );
    await predictor.dispose();
  });

  it('stops when told to, and leaves no tensors behind', async () => {
    const predictor = opticalFlowPredictor(tiny, makeParameters());
    await predictor.estimate(waves(40, 30), waves(40, 30, 1));
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const stopped = predictor.estimate(waves(90, 60), waves(90, 60, 1), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow('aborted');
    await predictor.estimate(waves(40, 30), waves(40, 30, 1));
    expect(tf.memory().numTensors).toBe(before);
    await predictor.dispose();
  });

  it('opens a folder, with the flow of the same weights in memory', async () => {
    const tensors = declareParameters(opticalFlowModel(tiny)).map((entry) => {
      const data = initialValues(entry, 7, { family: 'normal' });
      return [entry.name, { dtype: 'F32' as const, shape: [...entry.shape], data }] as const;
    });
    await writeSafetensors(join(folder, 'model.safetensors'), new Map(tensors));
    await writeFile(join(folder, 'config.json'), flowConfigText(tiny));
    const frames = [waves(40, 30), waves(40, 30, 2)] as const;
    const opened = await OpticalFlow.fromPretrained(folder);
    const random = OpticalFlow.fromRandomWeights(tiny, 7);
    expect((await opened.estimate(...frames)).data).toEqual((await random.estimate(...frames)).data);
    await opened.dispose();
    await random.dispose();
  });
});

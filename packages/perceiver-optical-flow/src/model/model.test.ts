import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import {
  bindParameters,
  declareParameters,
  fourierFeatures,
  gridPositions,
  initializeParameters,
  parameterCount,
} from 'perceiver-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { flowConfigText, parseFlowConfig } from '../load/flow-config.js';
import { axisFeatures, gridFeatures } from './flow-positions.js';
import { opticalFlowModel } from './optical-flow-model.js';
import { opticalFlowPresets } from './presets/optical-flow-presets.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('the optical flow model', () => {
  it('has the 41,057,134 parameters of the release', () => {
    expect(parameterCount(declareParameters(opticalFlowModel(opticalFlowPresets['optical-flow-perceiver'])))).toBe(
      41_057_134,
    );
  });

  const manifest = '../shared/manifests/optical-flow-perceiver.json';
  it.skipIf(!existsSync(manifest))('has names and shapes of the released checkpoint', () => {
    const { tensors } = JSON.parse(readFileSync(manifest, 'utf8'));
    const config = JSON.parse(readFileSync(manifest.replace('.json', '.config.json'), 'utf8'));
    const parsed = parseFlowConfig(config);
    expect(parsed).toMatchObject(opticalFlowPresets['optical-flow-perceiver']);
    const declared = declareParameters(opticalFlowModel(parsed));
    expect(Object.fromEntries(declared.map(({ name, shape }) => [name, shape]))).toEqual(tensors);
  });

  it('takes frames as it takes their neighbourhoods', async () => {
    const config = { ...opticalFlowPresets.tiny, frameSize: [5, 7] as const };
    const model = opticalFlowModel(config);
    const parameters = initializeParameters(declareParameters(model), 1, { family: 'normal', std: 0.3 });
    const frames = tf.randomUniform<tf.Rank.R5>([1, 2, 5, 7, 3], -1, 1, 'float32', 4);
    const values = frames.dataSync();
    const patches = new Float32Array(2 * 27 * 35);
    for (let frame = 0; frame < 2; frame++)
      for (let y = 0; y < 5; y++)
        for (let x = 0; x < 7; x++)
          for (let channel = 0; channel < 27; channel++) {
            const [dy, dx] = [Math.floor(channel / 9), Math.floor(channel / 3) % 3];
            const [row, column] = [y + dy - 1, x + dx - 1];
            const outside = row < 0 || row >= 5 || column < 0 || column >= 7;
            patches[((frame * 27 + channel) * 5 + y) * 7 + x] = outside
              ? 0
              : values[((frame * 5 + row) * 7 + column) * 3 + (channel % 3)]!;
          }
    const run = (inputs: Parameters<typeof model.apply>[1]) => model.apply(bindParameters(parameters), inputs).logits;
    const fromFrames = run({ frames });
    expect(fromFrames.shape).toEqual([1, 5, 7, 2]);
    const fromPatches = run({ patches: tf.tensor(patches, [1, 2, 27, 5, 7]) });
    expect(fromFrames.sub(fromPatches).abs().max().dataSync()[0]).toBeLessThan(1e-7);
    expect(() => run({ frames: tf.zeros([1, 2, 7, 5, 3]) })).toThrow('expected [B, 2, 5, 7, 3], got [1,2,7,5,3]');
  });

  it('puts a grid together from its axes', () => {
    const [height, width, numBands] = [5, 7, 3];
    const whole = fourierFeatures(gridPositions([height, width]), { numBands, maxResolution: [height, width] });
    const axes = [height, width].map((size) => tf.tensor2d(axisFeatures(size, numBands), [size, 1 + 2 * numBands]));
    expect([...gridFeatures(axes[0]!, axes[1]!).dataSync()]).toEqual([...whole]);
  });
});

describe('config.json', () => {
  it('survives being written and read', () => {
    for (const config of Object.values(opticalFlowPresets)) {
      expect(parseFlowConfig(JSON.parse(flowConfigText(config)))).toMatchObject(config);
    }
  });

  it('names what is wrong in it', () => {
    const json = JSON.parse(flowConfigText(opticalFlowPresets.tiny));
    expect(() => parseFlowConfig({ ...json, train_size: 24 })).toThrow('expected 2 numbers in train_size, got 24');
    expect(() => opticalFlowModel(parseFlowConfig({ ...json, train_size: [24, 1] }))).toThrow('got 24 x 1');
  });
});

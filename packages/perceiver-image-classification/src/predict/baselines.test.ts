import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { writeSafetensors } from 'perceiver-checkpoints';
import { type Declarable, declareParameters, initializeParameters, ModelError } from 'perceiver-core';
import { callProgram } from 'perceiver-inference';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../command/program.js';
import { bundledPicturePath } from '../datasets/bundled-picture.js';
import { baselinePresets, buildBaseline, describeBaseline, parseBaselineConfig } from '../load/baseline-description.js';
import { fitImage } from '../preprocess/image-processor.js';
import { resizePillow } from '../preprocess/resize-pillow.js';
import { openPictureClassifier, randomBaseline } from './open-picture-classifier.js';

let directory: string;
beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
  directory = await mkdtemp(join(tmpdir(), 'baselines-'));
});
afterAll(() => rm(directory, { recursive: true }));

const sizes = { imageSize: [224, 224], numLabels: 1000 } as const;
const small = {
  resnet: {
    architecture: 'resnet',
    model: { ...sizes, blocks: [1, 1], stemChannels: 4, planes: [2, 3] },
  },
  'resnet-fourier': {
    architecture: 'resnet',
    model: {
      ...sizes,
      blocks: [1],
      stemChannels: 4,
      planes: [2],
      fourier: { numBands: 5, maxResolution: [224, 224] },
    },
  },
  vit: {
    architecture: 'vit',
    model: { ...sizes, patchSize: 56, hiddenChannels: 64, numLayers: 2, numHeads: 1, mlpChannels: 8 },
  },
} as const;

async function write(name: keyof typeof small, rename = (parameter: string) => parameter) {
  const model = buildBaseline(small[name]) as Declarable<never>;
  const parameters = initializeParameters(declareParameters(model), 7, { family: 'normal', std: 0.2 });
  const tensors = new Map<string, { dtype: 'F32'; shape: number[]; data: Float32Array }>();
  for (const [parameter, tensor] of Object.entries(parameters)) {
    // The oldest files of torchvision lack these.
    if (parameter.endsWith('num_batches_tracked')) continue;
    const data = (await tensor.data()) as Float32Array;
    tensors.set(rename(parameter), { dtype: 'F32', shape: [...tensor.shape], data });
  }
  const path = join(directory, `${name}.safetensors`);
  await writeSafetensors(path, tensors);
  return { path, parameters: parameters as Record<string, tf.Tensor> };
}

describe('openPictureClassifier', () => {
  it.each(Object.keys(small) as (keyof typeof small)[])('opens a %s by names and shapes alone', async (name) => {
    const { path } = await write(name);
    const classifier = await openPictureClassifier(path);
    expect(classifier.description).toEqual(describeBaseline(withDefaults(small[name])));
    const [best] = await classifier.classify(bundledPicturePath());
    expect(best!.label).toMatch(/[a-z]/);
    await classifier.dispose();
  });

  it('takes the names of older ViTs', async () => {
    const now = await write('vit');
    const classifier = await openPictureClassifier(now.path);
    const expected = await classifier.classify(bundledPicturePath());
    await classifier.dispose();
    const older = await write('vit', (name) =>
      name.replace('.mlp.0.', '.mlp.linear_1.').replace('.mlp.3.', '.mlp.linear_2.'),
    );
    const opened = await openPictureClassifier(older.path);
    expect(await opened.classify(bundledPicturePath())).toEqual(expected);
    await opened.dispose();
  });

  it('still opens Perceivers, which can attend', async () => {
    expect('attend' in randomBaseline('resnet50', 1)).toBe(false);
    await expect(openPictureClassifier(join(directory, 'none.pth'))).rejects.toThrow('no such file');
  });
});

/** Sizes as the names and shapes of a checkpoint say them. */
function withDefaults(baseline: (typeof small)[keyof typeof small]) {
  const { model } = baseline;
  return { ...baseline, model: 'fourier' in model ? model : { ...model, colours: 3 } } as never;
}

describe('configurations', () => {
  it('name what is wrong in them', () => {
    const good = { model_type: 'torchvision-resnet', blocks: [1], planes: [2], stem_channels: 4, num_classes: 3 };
    expect(() => parseBaselineConfig({ ...good, in_channels: 7 })).toThrow('expected 1 or 3 colours');
    expect(() => parseBaselineConfig({ ...good, in_channels: 3, planes: 4 })).toThrow('whole numbers from 1 in planes');
    expect(() => parseBaselineConfig({ ...good, in_channels: 0 })).toThrow(ModelError);
    const named = parseBaselineConfig({ ...good, in_channels: 3, labels: ['a', 'b', 'c'] });
    expect(named.labels).toEqual(['a', 'b', 'c']);
    expect(describeBaseline(baselinePresets.resnet50).labels).toHaveLength(1000);
  });
});

describe('preprocessing', () => {
  const picture = (width: number, height: number) => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
      return (x * 37 + y * 61 + c * 91) % 256;
    });
    return { width, height, data };
  };

  it("resizes as Pillow's bilinear filter does", () => {
    // Image.resize((3, 2), Image.BILINEAR) of Pillow 13.
    expect([...resizePillow(picture(7, 5), 3, 2, 'bilinear').data]).toEqual([
      91, 160, 120, 144, 118, 99, 144, 103, 145, 140, 107, 145, 97, 131, 132, 124, 144, 92,
    ]);
    const larger = [...resizePillow(picture(7, 5), 9, 8, 'bilinear').data];
    expect(larger.slice(0, 12)).toEqual([0, 91, 182, 25, 116, 207, 53, 144, 122, 82, 173, 8]);
  });

  it('resizes the short side, then takes the middle', async () => {
    const image = picture(40, 23);
    const fitted = await fitImage(image, { size: [14, 14], shortSide: 16, filter: 'bilinear' });
    // torchvision: 40 x 23 becomes 27 x 16 (27.8 cut off); 6.5 pixels left of the middle are rounded to the even 6.
    const whole = resizePillow(image, 27, 16, 'bilinear');
    expect([fitted.width, fitted.height]).toEqual([14, 14]);
    expect([...fitted.data.subarray(0, 42)]).toEqual([...whole.data.subarray((27 + 6) * 3, (27 + 6 + 14) * 3)]);
  });
});

describe('perceiver-image-classification classify', () => {
  it('names a picture with a torchvision checkpoint, as JSON too', async () => {
    const { path } = await write('resnet');
    const args = [bundledPicturePath(), '--model', path, '--top-k', '2', '--engine', 'cpu'];
    const text = await callProgram(program, ['classify', ...args]);
    expect([text.code, text.stdout.split('\n').length]).toEqual([0, 4]);
    const json = await callProgram(program, ['classify', ...args, '--json']);
    expect(JSON.parse(json.stdout).classes).toHaveLength(2);
    const attention = await callProgram(program, ['classify', ...args, '--attention', join(directory, 'a.png')]);
    expect(attention).toMatchObject({ code: 2, stderr: expect.stringContaining('expected a Perceiver') });
  });
});

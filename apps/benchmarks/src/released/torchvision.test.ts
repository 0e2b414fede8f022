import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resNet, resNetPresets, viT, viTPresets } from 'perceiver-baselines';
import { declareParameters } from 'perceiver-core';
import { bundledPicturePath, openPictureClassifier } from 'perceiver-image-classification';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TorchTensor, torchFile } from '../testing/torch-file.js';

type Shapes = Record<string, readonly number[]>;

let directory: string;
beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
  directory = await mkdtemp(join(tmpdir(), 'released-torchvision-'));
});
afterAll(() => rm(directory, { recursive: true }));

const batchNorm = (name: string, channels: number): Shapes => ({
  [`${name}.weight`]: [channels],
  [`${name}.bias`]: [channels],
  [`${name}.running_mean`]: [channels],
  [`${name}.running_var`]: [channels],
  [`${name}.num_batches_tracked`]: [],
});

/** The entries of torchvision's `resnet50().state_dict()`: 320. */
function resNet50(): Shapes {
  const shapes: Shapes = { 'conv1.weight': [64, 3, 7, 7], ...batchNorm('bn1', 64) };
  let width = 64;
  [3, 4, 6, 3].forEach((count, stage) => {
    const planes = 64 << stage;
    for (let block = 0; block < count; block++) {
      const at = `layer${stage + 1}.${block}`;
      Object.assign(shapes, {
        [`${at}.conv1.weight`]: [planes, width, 1, 1],
        [`${at}.conv2.weight`]: [planes, planes, 3, 3],
        [`${at}.conv3.weight`]: [4 * planes, planes, 1, 1],
        ...batchNorm(`${at}.bn1`, planes),
        ...batchNorm(`${at}.bn2`, planes),
        ...batchNorm(`${at}.bn3`, 4 * planes),
      });
      if (block === 0) {
        shapes[`${at}.downsample.0.weight`] = [4 * planes, width, 1, 1];
        Object.assign(shapes, batchNorm(`${at}.downsample.1`, 4 * planes));
      }
      width = 4 * planes;
    }
  });
  return { ...shapes, 'fc.weight': [1000, 2048], 'fc.bias': [1000] };
}

/** The entries of torchvision's `vit_b_16().state_dict()`: 152. */
function viTB16(): Shapes {
  const shapes: Shapes = {
    class_token: [1, 1, 768],
    'conv_proj.weight': [768, 3, 16, 16],
    'conv_proj.bias': [768],
    'encoder.pos_embedding': [1, 197, 768],
  };
  for (let layer = 0; layer < 12; layer++) {
    const at = `encoder.layers.encoder_layer_${layer}`;
    for (const norm of ['ln_1', 'ln_2'])
      Object.assign(shapes, { [`${at}.${norm}.weight`]: [768], [`${at}.${norm}.bias`]: [768] });
    Object.assign(shapes, {
      [`${at}.self_attention.in_proj_weight`]: [2304, 768],
      [`${at}.self_attention.in_proj_bias`]: [2304],
      [`${at}.self_attention.out_proj.weight`]: [768, 768],
      [`${at}.self_attention.out_proj.bias`]: [768],
      [`${at}.mlp.0.weight`]: [3072, 768],
      [`${at}.mlp.0.bias`]: [3072],
      [`${at}.mlp.3.weight`]: [768, 3072],
      [`${at}.mlp.3.bias`]: [768],
    });
  }
  return {
    ...shapes,
    'encoder.ln.weight': [768],
    'encoder.ln.bias': [768],
    'heads.head.weight': [1000, 768],
    'heads.head.bias': [1000],
  };
}

it.each([
  ['ResNet-50', resNet50(), 320, declareParameters(resNet(resNetPresets.resnet50))],
  ['ViT-B/16', viTB16(), 152, declareParameters(viT(viTPresets['vit-b-16']))],
] as const)('%s has the names and shapes of torchvision’s state dict', (_, shapes, entries, declaration) => {
  expect(Object.keys(shapes)).toHaveLength(entries);
  const declared = Object.fromEntries(declaration.map(({ name, shape }) => [name, shape]));
  expect(declared).toEqual(shapes);
});

it('a ResNet-50 of the released size opens from a .pth file and classifies', async () => {
  const tensors = Object.entries(resNet50()).map(([name, shape]): [string, TorchTensor] => {
    if (name.endsWith('num_batches_tracked')) return [name, { shape, data: BigInt64Array.of(450_000n) }];
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    // All filters are zero: what is left is `fc.bias`.
    if (name.endsWith('running_var') || /(bn\d|downsample\.1)\.weight$/.test(name)) data.fill(1);
    if (name === 'fc.bias') data[281] = 3;
    return [name, { shape, data }];
  });
  const file = join(directory, 'resnet50-0676ba61.pth');
  await writeFile(file, torchFile(new Map(tensors)));
  const classifier = await openPictureClassifier(file);
  expect(classifier.description).toMatchObject({
    architecture: 'resnet',
    model: { blocks: [3, 4, 6, 3], planes: [64, 128, 256, 512], stemChannels: 64, numLabels: 1000 },
    processor: { size: [224, 224], shortSide: 256, filter: 'bilinear' },
  });
  const [best, second] = await classifier.classify(bundledPicturePath(), { topK: 2 });
  expect(best).toMatchObject({ index: 281, label: expect.stringContaining('tabby') });
  expect(best!.probability).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 999), 6);
  expect(second!.probability).toBeCloseTo(1 / (Math.exp(3) + 999), 6);
  await classifier.dispose();
}, 60_000);

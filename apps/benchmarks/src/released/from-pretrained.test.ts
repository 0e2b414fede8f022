import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { type LoadPretrainedOptions, writeSafetensors } from 'perceiver-checkpoints';
import { declareParameters, initializeParameters } from 'perceiver-core';
import { ImageClassifier } from 'perceiver-image-classification';
import { openModel } from 'perceiver-inference';
import { MultimodalAutoencoder } from 'perceiver-multimodal-autoencoding';
import { OpticalFlow } from 'perceiver-optical-flow';
import { PerceiverForMaskedLanguageModel } from 'perceiver-text';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RELEASED, type ReleasedName, WEIGHTS_FILES, type WeightsFormat } from '../speed/released-checkpoint.js';
import { releasedKinds } from '../speed/workers/released-kinds.js';
import { type ImitationHub, imitationHub } from '../testing/imitation-hub.js';
import { type TorchTensor, torchFile } from '../testing/torch-file.js';

const SMALL = { model_type: 'perceiver', num_latents: 4, d_latents: 16, num_cross_attention_heads: 1 };
const IMAGE = { num_self_attends_per_block: 6, num_self_attention_heads: 8, num_blocks: 8 };
const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [i, `LABEL_${i}`]));

/** Configurations with as many layers as the released ones, but few channels. */
const CONFIGS: Readonly<Record<ReleasedName, object>> = {
  'language-perceiver': {
    ...SMALL,
    architectures: ['PerceiverForMaskedLM'],
    d_model: 8,
    qk_channels: 16,
    v_channels: 16,
    num_self_attends_per_block: 26,
    num_self_attention_heads: 8,
    num_cross_attention_heads: 8,
    max_position_embeddings: 16,
    vocab_size: 262,
  },
  'vision-perceiver-fourier': {
    ...SMALL,
    ...IMAGE,
    architectures: ['PerceiverForImageClassificationFourier'],
    id2label: labels(5),
  },
  'vision-perceiver-conv': {
    ...SMALL,
    ...IMAGE,
    architectures: ['PerceiverForImageClassificationConvProcessing'],
    id2label: labels(5),
  },
  'vision-perceiver-learned': {
    ...SMALL,
    ...IMAGE,
    architectures: ['PerceiverForImageClassificationLearned'],
    id2label: labels(5),
    image_size: 8,
  },
  'optical-flow-perceiver': {
    ...SMALL,
    architectures: ['PerceiverForOpticalFlow'],
    num_self_attends_per_block: 24,
    num_self_attention_heads: 16,
    train_size: [16, 24],
  },
  'multimodal-perceiver': {
    ...SMALL,
    architectures: ['PerceiverForMultimodalAutoencoding'],
    num_self_attends_per_block: 8,
    num_self_attention_heads: 8,
    num_frames: 2,
    image_size: 4,
    output_shape: [1, 2, 16, 16],
    audio_samples_per_frame: 32,
    samples_per_patch: 16,
    output_num_channels: 16,
    id2label: labels(5),
  },
};

interface Opened {
  dispose(): Promise<void> | void;
}
const open: Readonly<Record<ReleasedName, (id: string, options: LoadPretrainedOptions) => Promise<Opened>>> = {
  'language-perceiver': PerceiverForMaskedLanguageModel.fromPretrained,
  'vision-perceiver-fourier': ImageClassifier.fromPretrained,
  'vision-perceiver-conv': ImageClassifier.fromPretrained,
  'vision-perceiver-learned': ImageClassifier.fromPretrained,
  'optical-flow-perceiver': OpticalFlow.fromPretrained,
  'multimodal-perceiver': MultimodalAutoencoder.fromPretrained,
};

let directory: string;
let hub: ImitationHub;
beforeEach(async () => {
  await selectEngine('cpu');
  directory = await mkdtemp(join(tmpdir(), 'released-'));
  hub = await imitationHub();
});
afterEach(async () => {
  await hub.close();
  await rm(directory, { recursive: true });
});

/** A model's weights, under the names of the checkpoint. */
async function weightsOf(name: ReleasedName): Promise<Map<string, TorchTensor>> {
  const kind = releasedKinds[name];
  const declaration = declareParameters(kind.build(kind.parseConfig(CONFIGS[name])));
  const tensors = initializeParameters(declaration, 1);
  const weights = new Map<string, TorchTensor>();
  for (const { name: parameter, shape } of declaration) {
    const data = await tensors[parameter]!.data<'float32'>();
    const isCount = parameter.endsWith('num_batches_tracked');
    weights.set(parameter, { shape, data: isCount ? BigInt64Array.of(3n) : data });
    tensors[parameter]!.dispose();
  }
  return weights;
}

async function fileOf(format: WeightsFormat, weights: ReadonlyMap<string, TorchTensor>): Promise<Uint8Array> {
  if (format === 'pytorch') return torchFile(weights);
  const path = join(directory, 'written');
  const tensors = [...weights].map(([name, { shape, data }]) => {
    return [name, { dtype: data instanceof Float32Array ? 'F32' : 'I64', shape, data }] as const;
  });
  await writeSafetensors(path, Object.fromEntries(tensors));
  return Uint8Array.from(await readFile(path));
}

describe.each(RELEASED)('deepmind/%s', (name) => {
  it.each(Object.keys(WEIGHTS_FILES) as WeightsFormat[])('opens from %s: hub, cache, folder', async (format) => {
    const weights = await weightsOf(name);
    const id = `deepmind/${name}`;
    hub.repositories.set(id, {
      'config.json': new TextEncoder().encode(JSON.stringify(CONFIGS[name])),
      [WEIGHTS_FILES[format]]: await fileOf(format, weights),
    });
    const cacheDir = join(directory, 'cache');
    const snapshot = join(cacheDir, `models--deepmind--${name}`, 'snapshots', 'c0ffee'.padEnd(40, '0'));
    const places: [string, LoadPretrainedOptions][] = [
      [id, { hubUrl: hub.url, cacheDir, token: false }],
      [id, { cacheDir, localFilesOnly: true }],
      [snapshot, {}],
    ];
    let requests = 0;
    for (const [place, options] of places) {
      await (await open[name](place, options)).dispose();
      const { parameters } = await openModel(place, releasedKinds[name], options);
      await expectEqual(parameters, weights);
      // Only the hub itself is asked; the second opening looks for a newer commit.
      requests = options.hubUrl === undefined ? requests : hub.log.length;
      expect(hub.log.length).toBe(requests);
    }
    expect(requests).toBeGreaterThan(0);
  });

  it.runIf(name.startsWith('vision-'))(
    'prepares pictures as its preprocessor_config.json says: hub, cache, folder',
    async () => {
      const id = `deepmind/${name}`;
      hub.repositories.set(id, {
        'config.json': new TextEncoder().encode(JSON.stringify(CONFIGS[name])),
        'preprocessor_config.json': new TextEncoder().encode(
          '{"size": 8, "crop_size": 10, "resample": 2, "image_mean": 0.5}',
        ),
        'model.safetensors': await fileOf('safetensors', await weightsOf(name)),
      });
      const cacheDir = join(directory, 'cache');
      const snapshot = join(cacheDir, `models--deepmind--${name}`, 'snapshots', 'c0ffee'.padEnd(40, '0'));
      for (const [place, options] of [
        [id, { hubUrl: hub.url, cacheDir, token: false }],
        [id, { cacheDir, localFilesOnly: true }],
        [snapshot, {}],
      ] as [string, LoadPretrainedOptions][]) {
        const classifier = await ImageClassifier.fromPretrained(place, options);
        expect(classifier.description.processor).toMatchObject({
          ...{ size: [8, 8], cropSize: [10, 10], filter: 'bilinear', mean: [0.5, 0.5, 0.5] },
        });
        await classifier.dispose();
      }
    },
  );

  const manifest = `../shared/manifests/${name}.json`;
  it.skipIf(!existsSync(manifest))('has every name of the released checkpoint', async () => {
    const { tensors } = JSON.parse(readFileSync(manifest, 'utf8'));
    expect([...(await weightsOf(name)).keys()].sort()).toEqual(Object.keys(tensors).sort());
  });
});

async function expectEqual(parameters: Record<string, tf.Tensor>, weights: ReadonlyMap<string, TorchTensor>) {
  expect(Object.keys(parameters).sort()).toEqual([...weights.keys()].sort());
  for (const [name, { shape, data }] of weights) {
    const tensor = parameters[name]!;
    expect(tensor.shape, name).toEqual(shape);
    const found = await tensor.data<'float32'>();
    const expected = data instanceof Float32Array ? data : Float32Array.from(data, Number);
    expect(
      Buffer.compare(
        Buffer.from(found.buffer, found.byteOffset, found.byteLength),
        Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength),
      ),
      name,
    ).toBe(0);
    tensor.dispose();
  }
}

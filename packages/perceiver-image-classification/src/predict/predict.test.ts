import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { writeSafetensors } from 'perceiver-checkpoints';
import { declareParameters, initialValues, ModelError } from 'perceiver-core';
import { encodePng, readImage } from 'perceiver-image-files';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attentionSheet } from '../attention/attention-sheet.js';
import { bundledPicturePath } from '../datasets/bundled-picture.js';
import { imageNetClasses } from '../labels/imagenet-labels.js';
import { describeModel, imageClassifierConfigText, parseImageClassifierConfig } from '../load/description.js';
import { type ImageClassifierConfig, imageClassifier } from '../model/image-classifier.js';
import { imageClassifierPresets } from '../model/presets/image-presets.js';
import { type ImageProcessorOptions, processImage } from '../preprocess/image-processor.js';
import { ImageClassifier } from './image-classifier-predictor.js';
import { openPictureClassifier } from './open-picture-classifier.js';
import type { LabelProbability } from './top-labels.js';

const { tiny } = imageClassifierPresets;
const conv: ImageClassifierConfig = {
  ...tiny,
  input: { kind: 'conv', channels: 8, numBands: 3, maxResolution: [8, 8] },
};
/** A Perceiver of 2021: cross-attends with weights of their own, and the average of the latents. */
const repeated: ImageClassifierConfig = {
  ...tiny,
  encoder: { ...tiny.encoder, numCrossAttends: 2, firstBlockShared: false },
  head: { kind: 'average' },
};

let folder: string;
beforeAll(async () => {
  await selectEngine('onnxruntime');
  folder = await mkdtemp(join(tmpdir(), 'image-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function save(name: string, config: ImageClassifierConfig, seed: number): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  const tensors = declareParameters(imageClassifier(config)).map((entry) => {
    const data = initialValues(entry, seed, { family: 'normal' });
    return [entry.name, { dtype: 'F32' as const, shape: [...entry.shape], data }] as const;
  });
  await writeSafetensors(join(path, 'model.safetensors'), new Map(tensors));
  const labels = Array.from({ length: config.numLabels }, (_, i) => `class ${i}`);
  await writeFile(join(path, 'config.json'), imageClassifierConfigText({ ...describeModel(config), labels }));
  return path;
}

describe('ImageClassifier', () => {
  it.each([
    ['fourier', tiny],
    ['conv', conv],
    ['repeated', repeated],
  ])('says the same from a folder as from memory: %s', async (name, config) => {
    const model = await ImageClassifier.fromPretrained(await save(name, config, 7));
    const classes = await model.classify(bundledPicturePath(), { topK: 3 });
    expect(classes.map(({ label, index }) => label === `class ${index}`)).toEqual([true, true, true]);
    const inMemory = ImageClassifier.fromRandomWeights(config, 7);
    const again = await inMemory.classify(readFileSync(bundledPicturePath()), { topK: 3 });
    again.forEach(({ index, probability }, i) => {
      expect(index).toBe(classes[i]!.index);
      expect(probability).toBeCloseTo(classes[i]!.probability, 5);
    });
    await model.dispose();
    await inMemory.dispose();
  });

  it('gives batches what it gives single pictures, and probabilities that sum to 1', async () => {
    const model = ImageClassifier.fromRandomWeights(tiny, 1);
    const white = await encodePng({ width: 5, height: 9, data: new Uint8Array(135).fill(255) });
    const sources = [bundledPicturePath(), white, bundledPicturePath()];
    const singles: (readonly LabelProbability[])[] = [];
    for (const source of sources) singles.push(await model.classify(source, { topK: 10 }));
    expect(singles[0]!.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    for (const batchSize of [1, 2, 3]) {
      const batch = await model.classifyBatch(sources, { topK: 10, batchSize });
      batch.forEach((classes, i) => {
        classes.forEach(({ label, probability }, rank) => {
          expect(label).toBe(singles[i]![rank]!.label);
          expect(probability).toBeCloseTo(singles[i]![rank]!.probability, 5);
        });
      });
    }
    await expect(model.classify(white, { topK: 0 })).rejects.toThrow('expected topK of 1 or more, got 0');
    await expect(model.classify('nowhere.png')).rejects.toThrow(/nowhere\.png/);
    await model.dispose();
  });

  describe('beside a preprocessor_config.json', () => {
    /** A folder as the hub has one: no `image_processor` in config.json. */
    async function hubFolder(
      name: string,
      config: ImageClassifierConfig,
      preprocessor: object | string,
    ): Promise<string> {
      const path = await save(name, config, 7);
      const { image_processor: _, ...fields } = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
      await writeFile(join(path, 'config.json'), JSON.stringify(fields));
      const text = typeof preprocessor === 'string' ? preprocessor : JSON.stringify(preprocessor);
      await writeFile(join(path, 'preprocessor_config.json'), text);
      return path;
    }
    const written = {
      ...{
        do_center_crop: true,
        crop_size: { height: 40, width: 40 },
        do_resize: true,
        size: { height: 36, width: 28 },
      },
      ...{ resample: 2, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.5, 0.4, 0.3] },
      ...{ image_std: [0.2, 0.3, 0.4], image_processor_type: 'PerceiverImageProcessor' },
    };
    const processor: ImageProcessorOptions = {
      ...{ size: [36, 28], cropSize: [40, 40], filter: 'bilinear', mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] },
    };

    it.each([ImageClassifier.fromPretrained, openPictureClassifier])(
      'prepares pictures as it says (%#)',
      async (open) => {
        const path = await hubFolder(`hub ${open.name}`, tiny, written);
        const model = await open(path);
        expect(model.description.processor).toMatchObject(processor);
        const found = await model.classify(bundledPicturePath(), { topK: 10 });
        const picture = await readImage(bundledPicturePath());
        const logits = await model.logits(await processImage(picture, processor), [1, 36, 28, 3]);
        const best = logits.indexOf(Math.max(...logits));
        expect(found[0]!.index).toBe(best);
        const total = logits.reduce((sum, logit) => sum + Math.exp(logit - logits[best]!), 0);
        expect(found[0]!.probability).toBeCloseTo(1 / total, 5);
        await model.dispose();
        const own = await open(path, { processor: { size: [24, 24] } });
        expect((await own.classify(bundledPicturePath())).length).toBe(5);
        await own.dispose();
      },
    );

    it('does not resize where it says so, one picture at a time', async () => {
      const path = await hubFolder('hub whole', tiny, { ...written, do_resize: false });
      const model = await ImageClassifier.fromPretrained(path);
      const pictures = await Promise.all([
        encodePng({ width: 20, height: 30, data: new Uint8Array(1800).fill(90) }),
        encodePng({ width: 40, height: 40, data: new Uint8Array(4800).fill(30) }),
      ]);
      expect((await model.classifyBatch(pictures)).length).toBe(2);
      await expect(model.classifyBatch(pictures, { batchSize: 2 })).rejects.toThrow('expected pictures of one size');
      const { image } = await model.attend(pictures[0]!);
      expect([image.width, image.height]).toEqual([14, 18]); // 28/40 and 36/40 of the short side
      await model.dispose();
    });

    it('refuses what it cannot take, and leaves nothing open', async () => {
      const learned: ImageClassifierConfig = { ...tiny, input: { kind: 'learned', channels: 8, projectedChannels: 8 } };
      const before = tf.memory().numTensors;
      const size = `expected size ${learned.imageSize.join(' x ')}, that of the model's trained positions, got 36 x 28`;
      await expect(ImageClassifier.fromPretrained(await hubFolder('hub learned', learned, written))).rejects.toThrow(
        size,
      );
      const broken = await hubFolder('hub broken', tiny, '{"size": ');
      await expect(ImageClassifier.fromPretrained(broken)).rejects.toThrow('preprocessor_config.json: expected JSON');
      const wrong = await hubFolder('hub wrong', tiny, { size: 'large' });
      await expect(ImageClassifier.fromPretrained(wrong)).rejects.toThrow(
        'preprocessor_config.json: expected height and width as whole numbers from 1 to 4096 in size, got "large"',
      );
      expect(tf.memory().numTensors).toBe(before);
    });

    it('goes by image_processor in config.json where there is one', async () => {
      const path = await save('own', tiny, 7);
      await writeFile(join(path, 'preprocessor_config.json'), JSON.stringify(written));
      const model = await ImageClassifier.fromPretrained(path);
      expect(model.description.processor).toEqual({ size: [...tiny.imageSize] });
      await model.dispose();
    });
  });

  it('takes another size where positions are computed', async () => {
    const model = ImageClassifier.fromRandomWeights(tiny, 1, { processor: { size: [40, 56], resize: 'sharp' } });
    expect(await model.classify(bundledPicturePath())).toHaveLength(5);
    const { grid, image } = await model.attend(bundledPicturePath());
    expect([grid, image.height, image.width]).toEqual([[40, 56], 40, 56]);
    await model.dispose();
  });
});

describe('attention maps', () => {
  it.each([
    ['fourier', tiny, [32, 32]],
    ['conv', conv, [7, 7]],
  ] as const)('share out all attention of each latent: %s', async (_, config, grid) => {
    const model = ImageClassifier.fromRandomWeights(config, 1);
    const maps = await model.attend(bundledPicturePath());
    const places = grid[0] * grid[1];
    expect(maps.grid).toEqual(grid);
    expect(maps.maps.length).toBe(16 * places);
    for (let latent = 0; latent < 16; latent++) {
      const own = maps.maps.subarray(latent * places, (latent + 1) * places);
      expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    }
    expect([...maps.narrowest].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    const sheet = await attentionSheet(maps, { latents: 7, tileWidth: 20 });
    expect([sheet.width, sheet.height]).toEqual([3 * 24 - 4, 3 * 24 - 4]);
    await model.dispose();
  });

  it('are bright where a latent looks', async () => {
    const image = { width: 8, height: 8, data: new Uint8Array(192) };
    const maps = new Float32Array(64);
    maps[8 * 2 + 5] = 1;
    const options = { latents: 1, tileWidth: 16 };
    const { width, data } = await attentionSheet(
      { image, grid: [8, 8], numLatents: 1, maps, mean: maps, narrowest: [0] },
      options,
    );
    const brightness = (x: number, y: number) => data[(y * width + x) * 3]! + data[(y * width + x) * 3 + 1]!;
    // The mean is the second tile, 20 pixels to the right.
    expect(brightness(20 + 11, 5)).toBeGreaterThan(250);
    expect(brightness(20 + 3, 5)).toBeLessThan(60);
  });
});

describe('labels', () => {
  it('are those of ImageNet, in order', () => {
    const classes = imageNetClasses();
    expect(classes).toHaveLength(1000);
    expect(new Set(classes.map(({ wnid }) => wnid)).size).toBe(1000);
    expect([0, 281, 999].map((i) => classes[i]!.label.split(',')[0])).toEqual(['tench', 'tabby', 'toilet tissue']);
  });

  const samples = '../shared/data/image/imagenet-samples/labels.tsv';
  it.skipIf(!existsSync(samples))('agree with pictures of the data set', () => {
    const rows = readFileSync(samples, 'utf8').trim().split('\n').slice(1);
    expect(rows.length).toBeGreaterThan(40);
    for (const row of rows) {
      const [, index, wnid, name] = row.split('\t');
      const found = imageNetClasses()[Number(index)]!;
      expect(found.wnid).toBe(wnid);
      expect(found.label.split(', ')).toContain(name!.replaceAll('_', ' '));
    }
  });
});

describe('config.json', () => {
  it('survives being written and read', () => {
    const withoutResidual = { ...conv, head: { kind: 'query', useQueryResidual: false } } as const;
    for (const model of [...Object.values(imageClassifierPresets), conv, withoutResidual, repeated]) {
      const description = describeModel(model);
      const text = imageClassifierConfigText(description);
      expect(parseImageClassifierConfig(JSON.parse(text))).toMatchObject(JSON.parse(JSON.stringify(description)));
    }
  });

  it('names what is wrong in it', () => {
    const good = JSON.parse(imageClassifierConfigText(describeModel(conv)));
    const parse = (changes: object) => () => parseImageClassifierConfig({ ...good, ...changes });
    expect(parse({ architectures: ['PerceiverForMaskedLM'] })).toThrow('expected architectures to name one of');
    expect(parse({ conv_padding: 'none' })).toThrow('expected conv_padding "port" or "same", got "none"');
    expect(parse({ decoder_query_residual: 'no' })).toThrow('true or false in decoder_query_residual, got "no"');
    expect(parse({ max_resolution: [3] })).toThrow('expected 2 numbers in max_resolution');
    expect(() => parseImageClassifierConfig({ encoder: {}, decoder: {} })).toThrow(
      'expected a number in num_latent_channels',
    );
    const withoutShape = { encoder: {}, decoder: {}, num_latents: 2, num_latent_channels: 8 };
    expect(() => parseImageClassifierConfig(withoutShape)).toThrow('image_shape');
    expect(() => parseImageClassifierConfig([])).toThrow(ModelError);
  });
});

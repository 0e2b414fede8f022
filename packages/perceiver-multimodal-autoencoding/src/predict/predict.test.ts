import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession } from 'onnxruntime-node';
import { writeSafetensors } from 'perceiver-checkpoints';
import { bindParameters, declareParameters, initializeParameters, initialValues, ModelError } from 'perceiver-core';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { labelNames } from '../labels/label-names.js';
import { multimodalConfigText, parseMultimodalDescription } from '../load/multimodal-description.js';
import { multimodalAutoencoder } from '../model/multimodal-autoencoder.js';
import { multimodalPresets } from '../model/presets/multimodal-presets.js';
import { generatedClip, temporaryFolder } from '../testing/clips.js';
import { clipShape } from './clip-shape.js';
import { MultimodalAutoencoder, multimodalPredictor } from './multimodal-predictor.js';

const config = multimodalPresets.tiny;
const model = multimodalAutoencoder(config);
const description = { config, labels: labelNames(undefined, config.numLabels) };
const shape = clipShape(config);
const clip = generatedClip(shape);
const folder = temporaryFolder();

beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
});

const parametersOf = (changes: Record<string, tf.Tensor> = {}) => ({
  ...initializeParameters(declareParameters(model), 3, { family: 'normal', std: 0.2 }),
  ...changes,
});

/** Output layers that give one number whatever comes in. */
function constantOutputs(image: number, audio: number): Record<string, tf.Tensor> {
  const layer = (name: string, rows: number, bias: number) => {
    const path = `perceiver.output_postprocessor.modalities.${name}.classifier`;
    return { [`${path}.weight`]: tf.zeros([rows, config.outputChannels]), [`${path}.bias`]: tf.fill([rows], bias) };
  };
  return { ...layer('image', 3, image), ...layer('audio', config.samplesPerPatch, audio) };
}

describe('reconstruct', () => {
  it('gives what the model makes of pixels in [0, 1] and samples in [-1, 1]', async () => {
    const predictor = multimodalPredictor(description, parametersOf());
    const found = await predictor.reconstruct(clip, { chunkSize: 300 });
    const image = tf.tensor5d(
      Float32Array.from(clip.video.data, (value) => value / 255),
      [1, shape.frames, shape.height, shape.width, 3],
    );
    const audio = tf.tensor3d(clip.audio!.data, [1, shape.samples, 1]);
    const parameters = parametersOf();
    const { logits } = model.apply(bindParameters(parameters), { image, audio });
    const pixels = await logits.image.data();
    const limit = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
    for (let i = 0; i < pixels.length; i += 7) {
      expect(Math.abs(found.video.data[i]! - 255 * limit(pixels[i]!, 0, 1))).toBeLessThan(0.51);
    }
    const samples = await logits.audio.data();
    for (let i = 0; i < samples.length; i += 7) {
      expect(found.audio.data[i]).toBeCloseTo(limit(samples[i]!, -1, 1), 4);
    }
    const probabilities = await tf.softmax(logits.label).data();
    expect(found.labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    for (const { index, label, probability } of found.labels) {
      expect(label).toBe(`LABEL_${index}`);
      expect(probability).toBeCloseTo(probabilities[index]!, 5);
    }
    expect(found.labels[0]!.probability).toBe(Math.max(...found.labels.map(({ probability }) => probability)));
    await predictor.dispose();
  });

  it('measures what it writes: values limited to their range', async () => {
    const grey = { ...clip.video, data: new Uint8Array(clip.video.data.length).fill(153) }; // 0.6
    const quiet = { ...clip.audio!, data: new Float32Array(shape.samples).fill(0.25) };
    const predictor = multimodalPredictor(description, parametersOf(constantOutputs(0.5, 0.45)));
    const found = await predictor.reconstruct({ video: grey, audio: quiet });
    expect(found.psnr.video).toBeCloseTo(20, 4); // 0.1 of a range of 1
    expect(found.psnr.audio).toBeCloseTo(20, 4); // 0.2 of a range of 2
    expect(new Set(found.video.data)).toEqual(new Set([128]));
    await predictor.dispose();
    const loud = multimodalPredictor(description, parametersOf(constantOutputs(7, -7)));
    const limited = await loud.reconstruct({ video: grey });
    expect(new Set(limited.video.data)).toEqual(new Set([255]));
    expect(new Set(limited.audio.data)).toEqual(new Set([-1]));
    expect(limited.psnr.video).toBeCloseTo(-20 * Math.log10(0.4), 4);
    // There was no sound to compare with.
    expect(limited.psnr.audio).toBeUndefined();
    expect(limited.original.audio.data).toEqual(new Float32Array(shape.samples));
    await loud.dispose();
  });

  it('tells how far it is, stops when asked, and leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const predictor = MultimodalAutoencoder.fromRandomWeights(config, 1);
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = (done: number, total: number): void => {
      seen.push(done / total);
      if (done > 500) controller.abort(new Error('enough'));
    };
    const options = { chunkSize: 256, onProgress, signal: controller.signal };
    await expect(predictor.reconstruct(clip, options)).rejects.toThrow('enough');
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBeLessThan(1);
    await predictor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('cuts a longer clip into windows, each as if alone, and compiles nothing for the next', async () => {
    const long = generatedClip({ ...shape, frames: 3 * shape.frames, samples: 3 * shape.samples });
    const size = clip.video.data.length;
    const window = (index: number) => ({
      video: { ...clip.video, data: long.video.data.slice(index * size, (index + 1) * size) },
      audio: { ...clip.audio!, data: long.audio!.data.slice(index * shape.samples, (index + 1) * shape.samples) },
    });
    const predictor = multimodalPredictor(description, parametersOf());
    const compiled = vi.spyOn(InferenceSession, 'create');
    const first = await predictor.reconstruct(window(0));
    const forOne = compiled.mock.calls.length;
    expect(forOne).toBeGreaterThan(0);
    const seen: number[] = [];
    const found = await predictor.reconstruct(long, { onProgress: (done, total) => seen.push(done / total) });
    const alone = [first, await predictor.reconstruct(window(1)), await predictor.reconstruct(window(2))];
    expect(compiled.mock.calls.length).toBe(forOne);
    compiled.mockRestore();
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(found.video.frames).toBe(3 * shape.frames);
    expect(found.windows.map(({ frame }) => frame)).toEqual([0, 4, 8]);
    for (const [index, single] of alone.entries()) {
      const made = found.windows[index]!;
      expect(found.video.data.slice(index * size, (index + 1) * size)).toEqual(single.video.data);
      expect(found.audio.data.slice(index * shape.samples, (index + 1) * shape.samples)).toEqual(single.audio.data);
      expect(made.psnr).toEqual(single.psnr);
      expect(made.labels).toEqual(single.labels);
    }
    const errors = alone.map(({ psnr }) => 10 ** (-psnr.video / 10));
    expect(found.psnr.video).toBeCloseTo(-10 * Math.log10((errors[0]! + errors[1]! + errors[2]!) / 3), 6);
    const [best] = found.labels;
    const shares = alone.map(({ labels }) => labels.find(({ index }) => index === best!.index)!.probability);
    expect(best!.probability).toBeCloseTo((shares[0]! + shares[1]! + shares[2]!) / 3, 6);
    expect((await predictor.reconstruct(long, { windows: 2 })).video.frames).toBe(2 * shape.frames);
    await predictor.dispose();
  });

  it('refuses clips of other sizes', async () => {
    const predictor = MultimodalAutoencoder.fromRandomWeights(config, 1);
    const { video, audio } = clip;
    const refused = async (changed: typeof clip, message: string) => {
      const result = predictor.reconstruct(changed);
      await expect(result).rejects.toThrow(ModelError);
      await expect(result).rejects.toThrow(message);
    };
    await refused({ video: { ...video, frames: 3 } }, 'windows of 4 frames each, got 3');
    await refused({ video: { ...video, data: video.data.subarray(1) } }, 'expected 3072 colours, got 3071');
    await expect(predictor.reconstruct(clip, { windows: 0 })).rejects.toThrow(
      'windows: expected a whole number from 1',
    );
    await refused({ video, audio: { ...audio!, sampleRate: 8000 } }, '640 samples of 1 channel at 4000 a second');
    await predictor.dispose();
  });
});

describe('MultimodalAutoencoder', () => {
  it('opens a folder with weights and config.json, on both engines alike', async () => {
    const path = join(folder, 'model');
    await mkdir(path);
    const tensors = declareParameters(model).map((entry) => {
      const data = initialValues(entry, 5, { family: 'normal' });
      return [entry.name, { dtype: 'F32' as const, shape: [...entry.shape], data }] as const;
    });
    await writeSafetensors(join(path, 'model.safetensors'), new Map(tensors));
    const labels = description.labels.map((_, i) => `what ${i}`);
    await writeFile(join(path, 'config.json'), multimodalConfigText({ config, labels }));
    const results = [];
    for (const engine of ['cpu', 'onnxruntime'] as const) {
      await selectEngine(engine, engine === 'cpu' ? {} : { threads: 1 });
      const predictor = await MultimodalAutoencoder.fromPretrained(path);
      expect(predictor.description.labels).toEqual(labels);
      results.push(await predictor.reconstruct(clip));
      await predictor.dispose();
    }
    const [a, b] = results as [(typeof results)[0], (typeof results)[0]];
    expect(a.psnr.video).toBeCloseTo(b.psnr.video, 4);
    expect(a.psnr.audio!).toBeCloseTo(b.psnr.audio!, 4);
    expect(a.labels.map(({ label }) => label)).toEqual(b.labels.map(({ label }) => label));
  });

  it('writes and reads configurations', () => {
    const parsed = parseMultimodalDescription(JSON.parse(multimodalConfigText(description)));
    expect(parsed.config).toMatchObject(config);
    expect(parsed.labels).toEqual(description.labels);
  });
});

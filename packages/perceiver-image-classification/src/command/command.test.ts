import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImage } from 'perceiver-image-files';
import { callProgram } from 'perceiver-inference';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledPicturePath } from '../datasets/bundled-picture.js';
import { openMnist } from '../datasets/mnist.js';
import { ImageClassifier } from '../predict/image-classifier-predictor.js';
import { processImage } from '../preprocess/image-processor.js';
import { publishedAccuracy } from '../task/published-accuracy.js';
import { program } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'image-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const call = (...args: string[]) => callProgram(program, args);

const tiny = ['--random-weights', '1', '--preset', 'tiny'];

it('names what pictures show, as a table and as JSON, and draws the attention', async () => {
  const png = join(folder, 'attention.png');
  const plain = await call('classify', bundledPicturePath(), ...tiny, '--top-k', '2', '--attention', png);
  expect(plain).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/chelsea\.jpg\n +\d+\.\d\d% {2}\d\n +\d+\.\d\d% {2}\d\n$/),
  });
  expect((await readImage(png)).width).toBe(5 * 116 - 4);
  const json = await call('classify', bundledPicturePath(), bundledPicturePath(), ...tiny, '--json');
  const records = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(records).toHaveLength(2);
  expect(records[0].classes).toHaveLength(5);
});

it('goes on after a broken picture, and fails in the end', async () => {
  const broken = join(folder, 'broken.jpg');
  writeFileSync(broken, 'text');
  const result = await call('classify', broken, bundledPicturePath(), ...tiny);
  expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('broken.jpg: expected') });
  expect(result.stdout).toContain('chelsea.jpg');
  // What the others gave is drawn and written all the same.
  const [text, sheet] = [join(folder, 'partly.txt'), join(folder, 'partly.png')];
  await call('classify', broken, bundledPicturePath(), ...tiny, '--out', text, '--attention', sheet);
  expect(readFileSync(text, 'utf8')).toBe(result.stdout);
  expect((await readImage(sheet)).width).toBeGreaterThan(100);
  expect(await call('classify', broken, ...tiny)).toMatchObject({ code: 1 });
});

it('draws augmented versions, the same for the same seed', async () => {
  const sheet = async (...args: string[]) => {
    const png = join(folder, 'sheet.png');
    const shared = ['--out', png, '--size', '32', '--count', '5', '--columns', '3'];
    expect(await call('augment', bundledPicturePath(), ...shared, ...args)).toMatchObject({ code: 0 });
    return readImage(png);
  };
  const first = await sheet();
  expect(first).toMatchObject({ width: 3 * 36 - 4, height: 2 * 36 - 4 });
  expect(await sheet()).toEqual(first);
  expect(await sheet('--seed', '1')).not.toEqual(first);
  expect((await sheet('--kind', 'operations')).height).toBe(6 * 36 - 4);
});

it('tells wrong usage', async () => {
  expect(await call('classify', ...tiny)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected a FILE'),
  });
  expect(await call('classify', 'x.png')).toMatchObject({ code: 2, stderr: expect.stringContaining('got neither') });
  expect(await call('evaluate', ...tiny)).toMatchObject({ code: 2, stderr: expect.stringContaining('data') });
});

it('says what chance gives where the weights are random, and what the paper gives for its models', async () => {
  const data = join(folder, 'cats');
  for (const name of ['0', '7']) {
    mkdirSync(join(data, name), { recursive: true });
    copyFileSync(bundledPicturePath(), join(data, name, 'chelsea.jpg'));
  }
  const { code, stdout } = await call('evaluate', ...tiny, '--data', data);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^pictures {2}2\naccuracy {2}\d\.\d{4}\ntop-5 .*\nloss .*\nchance {4}0\.1000 {2}\(the weights are random\)\n$/,
  );
  expect(publishedAccuracy('deepmind/vision-perceiver-conv')).toBe(0.821);
  expect(publishedAccuracy('/models/vision-perceiver-fourier/')).toBe(0.79);
  expect(publishedAccuracy('runs/mine')).toBeUndefined();
});

const mnist = '../shared/data/weights/mnist-perceiver';
const weights = join(mnist, 'perceiver_mnist_acc0.8970.safetensors');

describe.skipIf(!existsSync(mnist))('a Perceiver that others trained on MNIST', () => {
  it('gives their accuracy and loss on the 10,000 test pictures', async () => {
    const model = ['--checkpoint', weights, '--config', join(mnist, 'config.json')];
    const data = ['--dataset', 'mnist', '--data', mnist, '--batch-size', '250'];
    const { code, stdout } = await call('evaluate', ...model, ...data, '--json');
    expect(code).toBe(0);
    const figures = JSON.parse(stdout);
    expect(figures).toMatchObject({ count: 10_000, top1: 0.897 });
    expect(Math.abs(figures.loss - 0.350981)).toBeLessThan(1e-5);
  }, 120_000);

  it('gives the logits of a float64 computation', async () => {
    const { logits } = JSON.parse(readFileSync(weights.replace('.safetensors', '.reference_logits32.json'), 'utf8'));
    const model = await ImageClassifier.fromPretrained(weights);
    const pixels: Float32Array[] = [];
    const data = await openMnist(mnist);
    for (let i = 0; i < logits.length; i++) {
      pixels.push(await processImage((await data.read(i)).image, model.description.processor));
    }
    const all = new Float32Array(pixels.length * 784);
    pixels.forEach((each, i) => {
      all.set(each, i * 784);
    });
    const actual = await model.logits(all, [pixels.length, 28, 28, 1]);
    (logits as number[][]).flat().forEach((value, i) => {
      expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-4);
    });
    await model.dispose();
  });
});

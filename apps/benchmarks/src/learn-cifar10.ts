import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { declareParameters, gridFourierFeatures, initializeParameters } from 'perceiver-core';
import {
  classificationLoss,
  hostImageBatches,
  type ImageAugmentation,
  type ImageBatch,
  type ImageClassifierConfig,
  type ImageDataset,
  imageClassifier,
  imageLogits,
  openImageDataset,
} from 'perceiver-image-classification';
import { renderSvg } from 'perceiver-image-files';
import { crossEntropy, labelRank } from 'perceiver-metrics';
import { lossPlot, type PlotCurve, UsageError } from 'perceiver-training/node';
import { type CurvePoint, type RaceResult, race, raceOptions, reportRace } from './learn/learning-race.js';
import { smallEncoder } from './learn/small-encoder.js';
import { takeOptions } from './learn/take-options.js';
import type { BenchmarkCommand } from './run-benchmark-commands.js';

const SIDE = 32;
const COLOURS = 3;
const VALUES = SIDE * SIDE * COLOURS;
const CLASSES = 10;
/** Squares of 2 x 2 pixels are an input each. */
const PATCH = 2;
const ROWS = SIDE / PATCH;
/** Means and deviations of CIFAR-10's colours; those of the pixels are made smaller, so that pixels are not lost among the positions. */
const MEAN = [0.491, 0.482, 0.447];
const STD = [0.124, 0.122, 0.131];
/** Points of the learning curve. */
const POINTS = 20;
/** Shares of accuracy that both sides' last evaluations may be apart: a thousand pictures have a deviation of 1.5 points. */
const ACCURACY_LIMIT = 0.02;
const EVALUATED_AT_ONCE = 250;

const augment: ImageAugmentation = {
  shift: 4,
  mirror: 0.5,
  colourJitter: { brightness: 0.2, contrast: 0.2, saturation: 0.2 },
};

const config: ImageClassifierConfig = {
  input: { kind: 'fourier', numBands: 8, maxResolution: [ROWS, ROWS], patch: PATCH, stride: PATCH },
  imageSize: [SIDE, SIDE],
  numLabels: CLASSES,
  encoder: smallEncoder,
  head: { kind: 'query', numHeads: 4 },
};

/** Trains Perceiver IO on augmented pictures of CIFAR-10 here and in PyTorch, from the same weights on the same batches, and draws both learning curves. */
export const learnCifar10Command: BenchmarkCommand = {
  name: 'learn-cifar10',
  summary:
    'trains Perceiver IO on augmented CIFAR-10 here and in PyTorch and draws both learning curves (--data DIR, --out DIR)',
  run: async (args, streams) => {
    const { values, rest } = takeOptions(args, ['--data', '--out']);
    const { '--data': data, '--out': out = 'runs' } = values;
    if (data === undefined && !args.includes('--help')) {
      throw new UsageError("--data: expected a folder with CIFAR-10's binary files, got none");
    }
    const options = await raceOptions(['--batch', '32', ...rest], streams);
    if (options === undefined) return 0;
    const { steps, batchSize, seed } = options;
    const train = await openImageDataset(data!, { split: 'train' });
    const test = await openImageDataset(data!, { split: 'test' });
    const made = await augmentedBatches(train, { steps, batchSize, seed });
    const held = await allPixels(test);

    const model = imageClassifier(config);
    const logits = imageLogits(model);
    const positions = gridFourierFeatures([ROWS, ROWS], { numBands: 8, maxResolution: [ROWS, ROWS] });
    const result = await race<ImageBatch>({
      peer: 'learn_cifar10.py',
      options,
      loss: classificationLoss(model),
      parameters: initializeParameters(declareParameters(model), seed, { family: 'variance-scaling' }),
      batchAt: (wanted) => {
        // The trainer asks for one batch ahead.
        const from = Math.min(wanted, steps - 1) * batchSize;
        const targets = new Float32Array(batchSize * CLASSES);
        for (let row = 0; row < batchSize; row++) targets[row * CLASSES + made.labels[from + row]!] = 1;
        const pixels = normalized(made.pixels.subarray(from * VALUES, (from + batchSize) * VALUES));
        return {
          pixels: tf.tensor4d(pixels, [batchSize, SIDE, SIDE, COLOURS]),
          targets: tf.tensor2d(targets, [batchSize, CLASSES]),
        };
      },
      batches: {
        pixels: { dtype: 'U8', shape: [steps, batchSize, SIDE, SIDE, COLOURS], data: made.pixels },
        labels: { dtype: 'I32', shape: [steps, batchSize], data: made.labels },
        test_pixels: { dtype: 'U8', shape: [test.size, SIDE, SIDE, COLOURS], data: held.pixels },
        test_labels: { dtype: 'I32', shape: [test.size], data: held.labels },
        positions: { dtype: 'F32', shape: [ROWS * ROWS, positions.length / ROWS ** 2], data: positions },
      },
      model: { heads: 4, selfAttends: 3, patch: PATCH, mean: MEAN, std: STD },
      learningRate: 1e-3,
      weightDecay: 0.05,
      warmup: 0.05,
      evaluation: {
        everySteps: Math.max(1, Math.floor(steps / POINTS)),
        run: async (parameters) => {
          let [right, loss] = [0, 0];
          for (let start = 0; start < test.size; start += EVALUATED_AT_ONCE) {
            const count = Math.min(EVALUATED_AT_ONCE, test.size - start);
            const pixels = normalized(held.pixels.subarray(start * VALUES, (start + count) * VALUES));
            const found = await logits.of(parameters, pixels, [count, SIDE, SIDE, COLOURS]);
            for (let i = 0; i < count; i++) {
              const own = found.subarray(i * CLASSES, (i + 1) * CLASSES);
              const label = held.labels[start + i]!;
              loss += crossEntropy(own, label);
              if (labelRank(own, label) === 0) right++;
            }
          }
          return { accuracy: right / test.size, loss: loss / test.size };
        },
      },
    });
    await Promise.all([logits.dispose(), train.close(), test.close()]);
    tf.dispose(result.parameters);
    const { text, greatest } = reportRace(result);
    const paths = await writeCurves(out, result, test.size);
    const [ours, theirs] = [result.ourCurve.at(-1)!, result.theirCurve.at(-1)!];
    const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
    const line = ({ step, accuracy, loss }: CurvePoint, peer: CurvePoint) =>
      `${String(step).padStart(6)} ${percent(accuracy).padStart(9)} ${percent(peer.accuracy).padStart(9)}  loss ${loss.toFixed(3)} ${peer.loss.toFixed(3)}`;
    streams.stdout.write(
      `${text}right of ${test.size} test pictures:\n  step      here   PyTorch\n${result.ourCurve
        .map((point, i) => line(point, result.theirCurve[i]!))
        .join(
          '\n',
        )}\ntime a step: ${(result.ourSeconds / result.theirSeconds).toFixed(2)} of PyTorch's\n${paths.join('\n')}\n`,
    );
    return greatest < 1e-2 && Math.abs(ours.accuracy - theirs.accuracy) <= ACCURACY_LIMIT ? 0 : 1;
  },
};

/** All batches, augmented, as bytes. */
async function augmentedBatches(
  dataset: ImageDataset,
  { steps, batchSize, seed }: { steps: number; batchSize: number; seed: number },
): Promise<{ pixels: Uint8Array; labels: Int32Array }> {
  const pixels = new Uint8Array(steps * batchSize * VALUES);
  const labels = new Int32Array(steps * batchSize);
  // Numbers of bytes / 255: the batches have no other numbers, so that nothing is lost.
  const plain = { mean: [0, 0, 0], std: [1, 1, 1] };
  const batches = hostImageBatches(dataset, { batchSize, size: [SIDE, SIDE], seed, augment, ...plain });
  for (let step = 0; step < steps; step++) {
    const batch = (await batches.next())!;
    const at = step * batchSize;
    batch.pixels.forEach((value, i) => {
      pixels[at * VALUES + i] = Math.round(255 * value);
    });
    labels.set(batch.labels, at);
  }
  await batches.close();
  return { pixels, labels };
}

async function allPixels(dataset: ImageDataset): Promise<{ pixels: Uint8Array; labels: Int32Array }> {
  const pixels = new Uint8Array(dataset.size * VALUES);
  const labels = new Int32Array(dataset.size);
  for (let i = 0; i < dataset.size; i++) {
    const { image, label } = await dataset.read(i);
    pixels.set(image.data, i * VALUES);
    labels[i] = label;
  }
  return { pixels, labels };
}

const normalized = (bytes: Uint8Array): Float32Array =>
  Float32Array.from(bytes, (byte, i) => (byte / 255 - MEAN[i % COLOURS]!) / STD[i % COLOURS]!);

/** Writes the curves of accuracy and loss, each as SVG and PNG, and gives the paths. */
async function writeCurves(folder: string, result: RaceResult, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  const draw = async (name: string, options: { yLabel: string; legend: 'top' | 'bottom' }, curves: PlotCurve[]) => {
    const svg = lossPlot({ title: `CIFAR-10, ${count} held-out pictures`, curves, ...options });
    for (const [ending, content] of [
      ['svg', svg],
      ['png', await renderSvg(svg)],
    ] as const) {
      const path = join(folder, `learn-cifar10-${name}.${ending}`);
      await writeFile(path, content);
      paths.push(path);
    }
  };
  const points = (curve: readonly CurvePoint[], figure: 'accuracy' | 'loss') =>
    curve.map((point): [number, number] => [point.step, point[figure]]);
  for (const [figure, yLabel, legend] of [
    ['accuracy', 'share right', 'bottom'],
    ['loss', 'cross entropy in nats', 'top'],
  ] as const) {
    await draw(figure, { yLabel, legend }, [
      { label: 'here', points: points(result.ourCurve, figure) },
      // Marks, so that both are seen where they are equal.
      { label: 'PyTorch', points: points(result.theirCurve, figure), marks: true },
    ]);
  }
  return paths;
}

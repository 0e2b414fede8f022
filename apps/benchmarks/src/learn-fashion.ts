import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, gridFourierFeatures, initializeParameters } from 'perceiver-core';
import {
  classificationLoss,
  FASHION_MNIST_FOLDER,
  type ImageBatch,
  type ImageClassifierConfig,
  imageClassifier,
  readIdx,
} from 'perceiver-image-classification';
import { hostRandom, permutation } from 'perceiver-training';
import { jit } from 'tfjs-backend-onnxruntime';
import { race, raceOptions, reportRace } from './learn/learning-race.js';
import { smallEncoder } from './learn/small-encoder.js';
import type { BenchmarkCommand } from './run-benchmark-commands.js';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CLASSES = 10;
/** Means and deviations of the preset `fashion-mnist`. */
const [MEAN, STD] = [0.286, 0.118];
/** Shares of accuracy that both sides may be apart. */
const ACCURACY_LIMIT = 0.005;
const EVALUATED_AT_ONCE = 250;

/** The model of `train-image-classification --preset fashion-mnist`. */
const config: ImageClassifierConfig = {
  input: { kind: 'fourier', numBands: 8, maxResolution: [SIDE, SIDE] },
  imageSize: [SIDE, SIDE],
  colours: 1,
  numLabels: CLASSES,
  encoder: smallEncoder,
  head: { kind: 'query', numHeads: 4 },
};

/**
 * Trains Perceiver IO on the pixels of Fashion-MNIST here and in PyTorch, from the same weights on the same pictures, half of them mirrored,
 * and compares losses step by step and the accuracy on the 10,000 test pictures.
 */
export const learnFashionCommand: BenchmarkCommand = {
  name: 'learn-fashion',
  summary: 'trains Perceiver IO on the pixels of Fashion-MNIST here and in PyTorch, from the same weights and batches',
  run: async (args, streams) => {
    const options = await raceOptions(['--batch', '32', ...args], streams);
    if (options === undefined) return 0;
    const { steps, batchSize, seed } = options;
    const read = (name: string) => readIdx(`${FASHION_MNIST_FOLDER}/${name}-ubyte.gz`);
    const images = await read('train-images-idx3');
    const labels = await read('train-labels-idx1');
    const testImages = await read('t10k-images-idx3');
    const testLabels = await read('t10k-labels-idx1');
    const [count] = labels.shape as [number];

    // Which pictures come, and which of them are mirrored; both sides are told.
    const chosen = new Int32Array(steps * batchSize);
    const mirrored = new Int32Array(steps * batchSize);
    let order = permutation(count, seed, 0);
    const random = hostRandom(seed, 1);
    for (let i = 0; i < chosen.length; i++) {
      if (i > 0 && i % count === 0) order = permutation(count, seed, 0, i / count);
      chosen[i] = order[i % count]!;
      mirrored[i] = random.integer(2);
    }
    const pixelsOf = (data: Uint8Array, picture: number, mirror: boolean, into: Float32Array, at: number): void => {
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) {
          const byte = data[picture * PIXELS + y * SIDE + (mirror ? SIDE - 1 - x : x)]!;
          into[at + y * SIDE + x] = (byte / 255 - MEAN) / STD;
        }
      }
    };
    const batchAt = (step: number): ImageBatch => {
      const pixels = new Float32Array(batchSize * PIXELS);
      const targets = new Float32Array(batchSize * CLASSES);
      for (let row = 0; row < batchSize; row++) {
        const at = step * batchSize + row;
        pixelsOf(images.data, chosen[at]!, mirrored[at] === 1, pixels, row * PIXELS);
        targets[row * CLASSES + labels.data[chosen[at]!]!] = 1;
      }
      return {
        pixels: tf.tensor4d(pixels, [batchSize, SIDE, SIDE, 1]),
        targets: tf.tensor2d(targets, [batchSize, CLASSES]),
      };
    };

    const model = imageClassifier(config);
    const declaration = declareParameters(model);
    const positions = gridFourierFeatures([SIDE, SIDE], { numBands: 8, maxResolution: [SIDE, SIDE] });
    const bytes = (data: Uint8Array, shape: readonly number[]) => ({ dtype: 'U8' as const, shape: [...shape], data });
    const result = await race<ImageBatch>({
      peer: 'learn_fashion.py',
      options,
      loss: classificationLoss(model),
      parameters: initializeParameters(declaration, seed, { family: 'variance-scaling' }),
      batchAt,
      batches: {
        images: bytes(images.data, images.shape),
        labels: bytes(labels.data, labels.shape),
        test_images: bytes(testImages.data, testImages.shape),
        test_labels: bytes(testLabels.data, testLabels.shape),
        positions: { dtype: 'F32', shape: [PIXELS, positions.length / PIXELS], data: positions },
        chosen: { dtype: 'I32', shape: [steps, batchSize], data: chosen },
        mirrored: { dtype: 'I32', shape: [steps, batchSize], data: mirrored },
      },
      model: { heads: 4, selfAttends: 3, mean: MEAN, std: STD },
      learningRate: 1e-3,
      weightDecay: 0.05,
      warmup: 0.05,
    });
    const { text: report, greatest } = reportRace(result);

    const logitsOf = jit(
      (weights: Record<string, tf.Tensor>, pixels: tf.Tensor4D) =>
        tf.argMax(model.apply(bindParameters(weights), { pixels }).logits, 1),
      { name: 'test pictures' },
    );
    let right = 0;
    for (let start = 0; start < testLabels.data.length; start += EVALUATED_AT_ONCE) {
      const values = new Float32Array(EVALUATED_AT_ONCE * PIXELS);
      for (let i = 0; i < EVALUATED_AT_ONCE; i++) pixelsOf(testImages.data, start + i, false, values, i * PIXELS);
      const pixels = tf.tensor4d(values, [EVALUATED_AT_ONCE, SIDE, SIDE, 1]);
      const classes = await logitsOf(result.parameters, pixels);
      (await classes.data()).forEach((found, i) => {
        if (found === testLabels.data[start + i]) right++;
      });
      tf.dispose([pixels, classes]);
    }
    await logitsOf.dispose();
    tf.dispose(result.parameters);
    const accuracy = right / testLabels.data.length;
    const theirs = result.theirAccuracy!;
    const percent = (share: number) => `${(100 * share).toFixed(2)}%`;
    const ratio = (result.ourSeconds / result.theirSeconds).toFixed(2);
    streams.stdout.write(
      `${report}accuracy on ${testLabels.data.length} test pictures: ${percent(accuracy)} here, ${percent(theirs)} in PyTorch\ntime a step: ${ratio} of PyTorch's\n`,
    );
    return greatest < 1e-2 && Math.abs(accuracy - theirs) <= ACCURACY_LIMIT ? 0 : 1;
  },
};

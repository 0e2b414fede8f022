import * as tf from '@tensorflow/tfjs';
import { declareParameters, initializeParameters, parameterCount } from 'perceiver-core';
import {
  classificationLoss,
  describeModel,
  evaluateClassifier,
  type ImageDataset,
  imageBatches,
  imageLogits,
} from 'perceiver-image-classification';
import { adamw, decayMatrices, train, warmupCosine } from 'perceiver-training';
import type { Ablation } from './ablations.js';

/** How each cell of the table is trained. */
export interface AblationTraining {
  readonly steps: number;
  readonly batchSize: number;
  /** Test pictures, spread evenly. */
  readonly evaluated: number;
}

/** What one run of one ablation gave. */
export type AblationFigures = {
  readonly parameters: number;
  /** Share of the test pictures that are right. */
  readonly accuracy: number;
  /** Share of training pictures that are right, without random changes. */
  readonly trainAccuracy: number;
  /** Mean cross entropy of the test pictures in nats. */
  readonly loss: number;
  /** Of training alone. */
  readonly seconds: number;
};

/** Mean of Fashion-MNIST's grey values, and a third of their deviation, so that they are not lost among the positions when inputs are normed. */
const [MEAN, STD] = [[0.286], [0.118]];
const EVALUATED_AT_ONCE = 250;
/** Training pictures, spread evenly, that the training accuracy is of. */
const TRAINING_EVALUATED = 2000;

/** Trains one model from one seed and measures it. The same options give the same figures on one machine with as many threads. */
export async function trainAblation(
  { model: build }: Ablation,
  data: { readonly train: ImageDataset; readonly test: ImageDataset },
  { steps, batchSize, evaluated, seed }: AblationTraining & { seed: number },
): Promise<AblationFigures> {
  const model = build();
  const size = model.config.imageSize;
  const declaration = declareParameters(model);
  const initial = (trainable: boolean) =>
    initializeParameters(
      declaration.filter((parameter) => parameter.trainable === trainable),
      seed,
      { family: 'variance-scaling' },
    );
  const learningRate = warmupCosine({ peak: 2e-3, warmupSteps: 0.05 * steps, totalSteps: steps });
  const batches = imageBatches(data.train, { batchSize, size, mean: MEAN, std: STD, seed, augment: { mirror: 0.5 } });
  const { parameters, seconds } = await train({
    loss: classificationLoss(model),
    parameters: initial(true),
    buffers: initial(false),
    optimizer: adamw({ learningRate, weightDecay: 0.05, mask: decayMatrices, b2: 0.98, maxNorm: 1 }),
    data: batches,
    budget: { steps },
    measureEvery: 0,
    seed,
  });
  await batches.close();
  const logits = imageLogits(model);
  const predictor = {
    description: {
      ...describeModel(model.config),
      processor: { size, cropSize: false as const, mean: MEAN, std: STD },
    },
    logits: (pixels: Float32Array, shape: readonly [number, number, number, number]) =>
      logits.of(parameters, pixels, shape),
  };
  const measure = (dataset: ImageDataset, limit: number) =>
    evaluateClassifier(predictor, dataset, { batchSize: EVALUATED_AT_ONCE, limit });
  const test = await measure(data.test, evaluated);
  const training = await measure(data.train, Math.min(evaluated, TRAINING_EVALUATED));
  await logits.dispose();
  tf.dispose(parameters);
  return {
    parameters: parameterCount(declaration),
    accuracy: test.top1,
    trainAccuracy: training.top1,
    loss: test.loss,
    seconds,
  };
}

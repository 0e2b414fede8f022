// Training steps on pictures that are loaded meanwhile: how much of the time is spent waiting for them?
import * as tf from '@tensorflow/tfjs';
import { declareParameters, initialValues } from 'perceiver-core';
import {
  classificationLoss,
  IMAGENET_AUGMENTATION,
  imageBatches,
  imageClassifier,
} from 'perceiver-image-classification';
import { adam } from 'perceiver-training';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { imageFilesDataset } from './image-files-dataset.js';
import { report, workerSettings } from './report.js';
import { trainingLoop } from './training-loop.js';

const { files, workers, batch, steps, resize } = workerSettings<{
  files: string[];
  workers: number;
  batch: number;
  steps: number;
  resize: 'pillow' | 'sharp';
}>();
await selectEngine('onnxruntime');
// All pixels with the paper's positions, and a small rest.
const model = imageClassifier({
  input: { kind: 'fourier', numBands: 64, maxResolution: [224, 224] },
  imageSize: [224, 224],
  numLabels: 10,
  encoder: {
    numLatents: 64,
    latentChannels: 128,
    numBlocks: 1,
    numSelfAttendsPerBlock: 4,
    numSelfAttentionHeads: 4,
    numCrossAttentionHeads: 1,
    attentionDropout: 0,
  },
});
const batches = imageBatches(imageFilesDataset(files), {
  batchSize: batch,
  size: [224, 224],
  workers,
  resize,
  augment: IMAGENET_AUGMENTATION,
  onCorrupt: 'fail',
});
const declaration = declareParameters(model);
const byName = new Map(declaration.map((parameter) => [parameter.name, parameter]));
const first = (await batches.next())!;
const step = await trainingLoop({
  declaration,
  read: async (name) => initialValues(byName.get(name)!, 0, { family: 'variance-scaling' }) as Float32Array,
  loss: classificationLoss(model),
  optimizer: adam({ learningRate: 1e-3 }),
  batch: first,
});
await step();
const seconds: number[] = [];
let waited = 0;
for (let i = 0; i < steps; i++) {
  const start = performance.now();
  const next = (await batches.next())!;
  waited += (performance.now() - start) / 1000;
  await step(next);
  tf.dispose(next);
  seconds.push((performance.now() - start) / 1000);
}
await batches.close();
report({ seconds, waiting: waited / seconds.reduce((sum, one) => sum + one, 0) });

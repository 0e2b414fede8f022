// Resident memory over many training steps of a small masked language model.

import * as tf from '@tensorflow/tfjs';
import { declareParameters, initialValues } from 'perceiver-core';
import {
  IGNORED_LABEL,
  maskedBatch,
  maskedLanguageLoss,
  maskedLanguageModel,
  maskedLanguageModelPresets,
} from 'perceiver-text';
import { adamw } from 'perceiver-training';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { report, workerSettings } from './report.js';
import { trainingLoop } from './training-loop.js';

const BATCH = 8;
const { threads, steps, every } = workerSettings<{ threads: number; steps: number; every: number }>();
await selectEngine('onnxruntime', { threads });
const model = maskedLanguageModel(maskedLanguageModelPresets.tiny);
const declaration = declareParameters(model);
const initial = new Map(declaration.map((each) => [each.name, initialValues(each, 0, { family: 'normal' })]));
const { maxPositions } = model.config;
const rows = (value: (i: number) => number) => Int32Array.from({ length: BATCH * maxPositions }, (_, i) => value(i));
const step = await trainingLoop({
  declaration,
  read: (name) => initial.get(name)!,
  loss: maskedLanguageLoss(model),
  optimizer: adamw({ learningRate: 1e-3 }),
  batch: maskedBatch(
    {
      inputIds: rows((i) => 6 + ((i * 37) % 250)),
      labels: rows((i) => (i % 7 === 3 ? 6 + ((i * 37) % 250) : IGNORED_LABEL)),
    },
    maxPositions,
  ),
});
const residentBytes: number[] = [];
const tensors: number[] = [];
for (let done = 1; done <= steps; done++) {
  await step();
  if (done % every !== 0) continue;
  // What waits for the garbage collector is no growth.
  globalThis.gc?.();
  residentBytes.push(process.memoryUsage().rss);
  tensors.push(tf.memory().numTensors);
}
report({ residentBytes, tensors });

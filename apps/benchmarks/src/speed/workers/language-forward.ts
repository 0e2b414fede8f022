// Forward pass of the masked language model, its weights constants of the graph.
import type * as tf from '@tensorflow/tfjs';
import { loadPretrained } from 'perceiver-checkpoints';
import { bindParameters, declareParameters } from 'perceiver-core';
import { loadParameters } from 'perceiver-inference';
import { maskedLanguageModel, parseMaskedConfig } from 'perceiver-text';
import { jit, selectEngine } from 'tfjs-backend-onnxruntime';
import { languageInput } from './language-input.js';
import { repeat } from './repeat.js';
import { report, workerSettings } from './report.js';

const { directory, threads, warmup, repeats } = workerSettings<{
  directory: string;
  threads: number;
  warmup: number;
  repeats: number;
}>();
await selectEngine('onnxruntime', { threads });
const { config, weights } = await loadPretrained(directory);
const model = maskedLanguageModel(parseMaskedConfig(config));
const parameters = await loadParameters(weights, declareParameters(model));
await weights.close();
const forward = jit(
  (given: Record<string, tf.Tensor>, inputIds: tf.Tensor2D) => model.apply(bindParameters(given), { inputIds }).logits,
  { name: 'language-forward', constants: [0] },
);
const inputIds = languageInput();
let logits: Float32Array = new Float32Array();
const seconds = await repeat(
  async () => {
    const result = await forward(parameters, inputIds);
    logits = (await result.data()) as Float32Array;
    result.dispose();
  },
  { warmup, repeats },
);
report({ seconds, check: Array.from(logits.subarray(0, 64)) });

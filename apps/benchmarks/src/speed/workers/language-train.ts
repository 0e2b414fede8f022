// AdamW steps of the masked language model, as torch's defaults have it: everything decays by 0.01.
import { loadPretrained } from 'perceiver-checkpoints';
import { declareParameters } from 'perceiver-core';
import { maskedLanguageLoss, maskedLanguageModel, parseMaskedConfig } from 'perceiver-text';
import { adamw } from 'perceiver-training';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { languageBatch } from './language-input.js';
import { repeat } from './repeat.js';
import { report, workerSettings } from './report.js';
import { trainingLoop } from './training-loop.js';

const { directory, dropout, threads, warmup, repeats } = workerSettings<{
  directory: string;
  dropout: number;
  threads: number;
  warmup: number;
  repeats: number;
}>();
await selectEngine('onnxruntime', { threads });
const { config: json, weights } = await loadPretrained(directory);
const config = parseMaskedConfig(json);
const model = maskedLanguageModel({ ...config, encoder: { ...config.encoder, attentionDropout: dropout } });
const declaration = declareParameters(model);
const sizes = new Map(declaration.map(({ name, shape }) => [name, shape.reduce((product, size) => product * size, 1)]));
const step = await trainingLoop({
  declaration,
  read: async (name) => {
    const values = new Float32Array(sizes.get(name)!);
    await weights.readInto(name, values);
    return values;
  },
  loss: maskedLanguageLoss(model),
  optimizer: adamw({ learningRate: 1e-4, weightDecay: 0.01 }),
  batch: languageBatch(),
});
await weights.close();
const losses: number[] = [];
const seconds = await repeat(
  async () => {
    losses.push(await step());
  },
  { warmup, repeats },
);
report({ seconds, check: losses });

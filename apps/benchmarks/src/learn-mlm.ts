import * as tf from '@tensorflow/tfjs';
import { declareParameters, initializeParameters } from 'perceiver-core';
import {
  BUNDLED_TEXTS,
  type MaskedBatch,
  maskedBatch,
  maskedConfigText,
  maskedLanguageLoss,
  maskedLanguageModel,
  maskWords,
  randomWindows,
  readBundledText,
} from 'perceiver-text';
import { race, raceOptions, reportRace } from './learn/learning-race.js';
import type { BenchmarkCommand } from './run-benchmark-commands.js';

/**
 * Trains a small byte-level Perceiver IO here and Hugging Face's PerceiverForMaskedLM from the same weights on the same hidden words
 * and compares losses step by step: they must stay within 1e-3 over 200 steps.
 */
export const learnMlmCommand: BenchmarkCommand = {
  name: 'learn-mlm',
  summary: "trains Perceiver IO here and transformers' PerceiverForMaskedLM, from the same weights and batches",
  run: async (args, streams) => {
    const options = await raceOptions(args, streams);
    if (options === undefined) return 0;
    const { steps, batchSize, seed } = options;
    const length = 128;
    // The head of PerceiverForMaskedLM has 8 heads of 256 channels in all.
    const config = {
      vocabSize: 262,
      maxPositions: length,
      modelChannels: 64,
      decoderQkChannels: 256,
      decoderHeads: 8,
      encoder: {
        numLatents: 32,
        latentChannels: 128,
        numBlocks: 1,
        numSelfAttendsPerBlock: 3,
        numSelfAttentionHeads: 8,
        numCrossAttentionHeads: 8,
        qkChannels: 64,
        vChannels: 128,
        attentionDropout: 0,
      },
    };
    const model = maskedLanguageModel(config);
    const texts = await Promise.all(BUNDLED_TEXTS.filter((name) => name !== 'tinyshakespeare').map(readBundledText));
    const windows = randomWindows(Buffer.concat(texts), { length, batchSize, seed });
    const size = batchSize * length;
    const batches = Array.from({ length: steps }, (_, step) =>
      maskWords(windows(step), length, { seed, counters: [step] }),
    );
    const inputIds = new Int32Array(steps * size);
    const labels = new Int32Array(steps * size);
    for (const [step, batch] of batches.entries()) {
      inputIds.set(batch.inputIds, step * size);
      labels.set(batch.labels, step * size);
    }

    const result = await race<MaskedBatch>({
      peer: 'learn_mlm.py',
      options,
      loss: maskedLanguageLoss(model),
      parameters: initializeParameters(declareParameters(model), seed),
      // The trainer asks for one batch ahead.
      batchAt: (step) => maskedBatch(batches[Math.min(step, steps - 1)]!, length),
      batches: {
        input_ids: { dtype: 'I32', shape: [steps, batchSize, length], data: inputIds },
        labels: { dtype: 'I32', shape: [steps, batchSize, length], data: labels },
      },
      files: { 'config.json': maskedConfigText(config) },
      model: config,
      learningRate: 1e-3,
      weightDecay: 0.01,
      warmup: 0.1,
    });
    const { text, greatest } = reportRace(result);
    streams.stdout.write(text);
    tf.dispose(result.parameters);
    return greatest < 1e-3 ? 0 : 1;
  },
};

import * as tf from '@tensorflow/tfjs';
import { declareParameters, initializeParameters } from 'perceiver-core';
import {
  encodeBatch,
  type GlueBatch,
  type GlueClassifierConfig,
  type GlueExample,
  glueClassifier,
  glueLoss,
  glueMetrics,
  gluePredictions,
  readGlue,
  VOCABULARY_SIZE,
} from 'perceiver-text';
import { permutation } from 'perceiver-training';
import { UsageError } from 'perceiver-training/node';
import { race, raceOptions, reportRace } from './learn/learning-race.js';
import type { BenchmarkCommand } from './run-benchmark-commands.js';

/** Losses may be so far apart within the first 200 steps, accuracies so many shares of 1. */
const LIMITS = { loss: 1e-2, accuracy: 0.01 };

/** A Perceiver IO that two processor cores train: single-task query, plain bytes, no dropout. */
const config: GlueClassifierConfig = {
  tasks: ['sst2'],
  queries: 'single-task',
  vocabSize: VOCABULARY_SIZE,
  maxPositions: 192,
  modelChannels: 64,
  encoder: {
    numLatents: 32,
    latentChannels: 128,
    numBlocks: 1,
    numSelfAttendsPerBlock: 2,
    numSelfAttentionHeads: 4,
    numCrossAttentionHeads: 8,
    qkChannels: 128,
    vChannels: 128,
    crossAttentionWideningFactor: 2,
    selfAttentionWideningFactor: 2,
    attentionDropout: 0,
  },
};

function encode(examples: readonly GlueExample[]) {
  const texts = examples.map(({ texts: [text] }) => text);
  const { inputIds, attentionMask } = encodeBatch(texts, { padding: 'maxLength', maxLength: config.maxPositions });
  return { inputIds, attentionMask, labels: Int32Array.from(examples, ({ label }) => label!) };
}

/**
 * Trains a byte-level Perceiver IO on SST-2 here and in plain PyTorch, from the same weights on the same batches, and compares losses step
 * by step and accuracies on the development set.
 */
export const learnSst2Command: BenchmarkCommand = {
  name: 'learn-sst2',
  summary:
    'trains a byte-level Perceiver IO on SST-2 here and in PyTorch, from the same weights and batches (--data DIR)',
  run: async (args, streams) => {
    const at = args.indexOf('--data');
    const directory = at < 0 ? undefined : args[at + 1];
    const rest = at < 0 ? args : args.filter((_, i) => i !== at && i !== at + 1);
    if (directory === undefined && !args.includes('--help')) {
      throw new UsageError('--data: expected the folder of SST-2, or of GLUE, got none');
    }
    const options = await raceOptions(rest, streams);
    if (options === undefined) return 0;
    const { steps, batchSize, seed } = options;
    const train = await readGlue('sst2', directory!, 'train');
    const dev = await readGlue('sst2', directory!, 'dev');
    let order: { epoch: number; places: Uint32Array } | undefined;
    const exampleAt = (index: number) => {
      const epoch = Math.floor(index / train.length);
      if (order?.epoch !== epoch) order = { epoch, places: permutation(train.length, seed, epoch) };
      return train[order.places[index % train.length]!]!;
    };
    const all = encode(Array.from({ length: steps * batchSize }, (_, i) => exampleAt(i)));
    const held = encode(dev);
    const length = config.maxPositions;
    const rows = (values: Int32Array, step: number, width: number) =>
      values.slice(step * batchSize * width, (step + 1) * batchSize * width);
    const model = glueClassifier(config);
    const result = await race<GlueBatch>({
      peer: 'learn_sst2.py',
      options,
      loss: glueLoss(model),
      parameters: initializeParameters(declareParameters(model), seed, { family: 'variance-scaling' }),
      batchAt: (wanted) => {
        // The trainer asks for one batch ahead.
        const step = Math.min(wanted, steps - 1);
        return {
          inputIds: tf.tensor2d(rows(all.inputIds, step, length), [batchSize, length], 'int32'),
          attentionMask: tf.tensor2d(rows(all.attentionMask, step, length), [batchSize, length], 'int32'),
          labels: tf.tensor1d(Float32Array.from(rows(all.labels, step, 1))),
          taskIds: tf.zeros<tf.Rank.R1>([batchSize], 'int32'),
        };
      },
      batches: {
        input_ids: { dtype: 'I32', shape: [steps, batchSize, length], data: all.inputIds },
        attention_mask: { dtype: 'I32', shape: [steps, batchSize, length], data: all.attentionMask },
        labels: { dtype: 'I32', shape: [steps, batchSize], data: all.labels },
        dev_input_ids: { dtype: 'I32', shape: [dev.length, length], data: held.inputIds },
        dev_attention_mask: { dtype: 'I32', shape: [dev.length, length], data: held.attentionMask },
        dev_labels: { dtype: 'I32', shape: [dev.length], data: held.labels },
      },
      model: config,
      learningRate: 1e-3,
      weightDecay: 0.05,
      warmup: 0.05,
    });
    const { text, greatest } = reportRace(result);
    const predictions = gluePredictions(model);
    const ours = glueMetrics('sst2', await predictions.predict(result.parameters, 'sst2', dev), [...held.labels]).score;
    await predictions.dispose();
    tf.dispose(result.parameters);
    const theirs = result.theirHeldOut!;
    const percent = (share: number) => `${(100 * share).toFixed(2)}%`;
    const majority = Math.max(...classShares(held.labels));
    streams.stdout.write(
      `${text}right of ${dev.length} dev examples: ${percent(ours)} here, ${percent(theirs)} in PyTorch, ${percent(majority)} by one answer for all\n`,
    );
    return greatest < LIMITS.loss && Math.abs(ours - theirs) <= LIMITS.accuracy ? 0 : 1;
  },
};

function classShares(labels: Int32Array): number[] {
  const positive = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  return [positive, 1 - positive];
}

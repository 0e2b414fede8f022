import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { writeSafetensors } from 'perceiver-checkpoints';
import { declareParameters, initializeParameters } from 'perceiver-core';
import {
  type GlueTaskName,
  glueClassifier,
  glueConfigText,
  type MaskedLanguageModelConfig,
  maskedConfigText,
  maskedLanguageModel,
  parseGlueConfig,
  VOCABULARY_SIZE,
} from 'perceiver-text';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { glueSchema } from './config.js';
import { initialClassifier } from './initial-classifier.js';

const masked: MaskedLanguageModelConfig = {
  vocabSize: VOCABULARY_SIZE,
  maxPositions: 24,
  modelChannels: 20,
  encoder: {
    numLatents: 4,
    latentChannels: 12,
    numBlocks: 1,
    numSelfAttendsPerBlock: 1,
    numSelfAttentionHeads: 2,
    numCrossAttentionHeads: 2,
    qkChannels: 8,
    vChannels: 12,
  },
  decoderQkChannels: 16,
  decoderHeads: 4,
};
const folder = mkdtempSync(join(tmpdir(), 'initial-classifier-'));
let weights: Record<string, tf.Tensor>;

beforeAll(async () => {
  await selectEngine('cpu');
  weights = initializeParameters(declareParameters(maskedLanguageModel(masked)), 3, { family: 'normal', std: 0.3 });
  const tensors: Record<string, { dtype: 'F32'; shape: number[]; data: Float32Array }> = {};
  for (const [name, tensor] of Object.entries(weights)) {
    tensors[name] = { dtype: 'F32', shape: tensor.shape, data: (await tensor.data()) as Float32Array };
  }
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { metadata: { format: 'pt' } });
  writeFileSync(join(folder, 'config.json'), maskedConfigText(masked));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a classifier from a masked language model', () => {
  it.each([
    ['single-task', ['sst2']],
    ['multitask', ['sst2', 'stsb']],
    ['task-input-tokens', ['sst2', 'stsb']],
  ] as const)('takes over embeddings, encoder and decoder: %s', async (queries, tasks) => {
    const settings = glueSchema.parse({ from: folder, model: { queries } });
    const { config, parameters } = await initialClassifier(settings, tasks as readonly GlueTaskName[], 0);
    const fresh: string[] = [];
    for (const [name, tensor] of Object.entries(parameters)) {
      if (name in weights) expect(await tensor.data()).toEqual(await weights[name]!.data());
      else fresh.push(name);
    }
    const own = /^heads\.|task_tokens\.weight$|^perceiver\.decoder\.decoder\.output_position_encodings\./;
    expect(fresh.filter((name) => !own.test(name))).toEqual([]);
    // All that a classifier can use: not the queries of positions, not the bias of bytes.
    expect(Object.keys(weights).filter((name) => !(name in parameters))).toEqual([
      'perceiver.decoder.output_position_encodings.position_embeddings',
      'embedding_decoder.bias',
    ]);
    const scope = declareParameters(glueClassifier(config));
    expect(scope.map(({ name }) => name).sort()).toEqual(Object.keys(parameters).sort());
    const read = parseGlueConfig(JSON.parse(glueConfigText(config)));
    expect(declareParameters(glueClassifier(read))).toEqual(scope);
    expect(read.decoder).toEqual({ queryChannels: 20, qkChannels: 16, numHeads: 4 });
    tf.dispose(parameters);
  });

  it('has a configuration that is refused with other sizes of the decoder', () => {
    const json = { ...JSON.parse(maskedConfigText(masked)), glue_tasks: ['sst2'], glue_queries: 'single-task' };
    const decoder = { queryChannels: 20, qkChannels: 0, numHeads: 4 };
    expect(() => parseGlueConfig({ ...json, glue_decoder: decoder })).toThrow(
      'from 1 in glue_decoder.qkChannels, got 0',
    );
    expect(() => parseGlueConfig({ ...json, glue_decoder: null })).toThrow('glue_decoder.queryChannels');
    expect(() => parseGlueConfig({ ...json, word_features: 9 })).toThrow('word_features from 1 to 8, got 9');
  });
});

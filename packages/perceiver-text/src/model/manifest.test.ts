import { existsSync, readFileSync } from 'node:fs';
import { declareParameters, parameterCount, perceiverFlops, tracedFlops } from 'perceiver-core';
import { describe, expect, it } from 'vitest';
import { causalLanguageModelConfigFromPackage } from './causal-language-model.js';
import { maskedLanguageModel, maskedLanguageModelConfigFromHub } from './masked-language-model.js';
import { sequenceClassifierConfigFromHub } from './sequence-classifier.js';

const RELEASED = {
  vocab_size: 262,
  max_position_embeddings: 2048,
  d_model: 768,
  d_latents: 1280,
  num_latents: 256,
  num_blocks: 1,
  num_self_attends_per_block: 26,
  num_self_attention_heads: 8,
  num_cross_attention_heads: 8,
  qk_channels: 256,
  v_channels: 1280,
};
const configOf = (changes: object = {}) => maskedLanguageModelConfigFromHub({ ...RELEASED, ...changes });

describe('the byte-level language model', () => {
  it('has the 201,108,230 parameters of the paper', () => {
    expect(parameterCount(declareParameters(maskedLanguageModel(configOf())))).toBe(201_108_230);
  });

  it('needs the operations of the paper', () => {
    const plusPlus = configOf({ d_latents: 1536, v_channels: 1536, num_self_attends_per_block: 40 });
    expect(Math.round(tracedFlops(maskedLanguageModel(plusPlus)) / 1e9)).toBe(241);
    // The table says 425M, of a vocabulary and rounding of its own.
    expect(parameterCount(declareParameters(maskedLanguageModel(plusPlus))) / 425e6).toBeCloseTo(1, 2);
    const { encoder } = configOf();
    const decoder = { numHeads: 8, qkChannels: 256, vChannels: 768, useQueryResidual: false };
    const sizes = { length: 2048, channels: 768 };
    const { encode, process, decode } = perceiverFlops(encoder, sizes, { ...sizes, decoder });
    const logits = 2 * 2048 * 768 * 262;
    expect(encode + process + decode + logits).toBe(tracedFlops(maskedLanguageModel(configOf())));
  });

  const manifest = '../shared/manifests/language-perceiver.json';
  it.skipIf(!existsSync(manifest))('has names and shapes of the released checkpoint', () => {
    const { tensors, config } = JSON.parse(readFileSync(manifest, 'utf8'));
    const declared = declareParameters(maskedLanguageModel(maskedLanguageModelConfigFromHub(config)));
    expect(Object.fromEntries(declared.map(({ name, shape }) => [name, shape]))).toEqual(tensors);
  });
});

describe('config.json', () => {
  it('names what is wrong in it', () => {
    expect(() => configOf({ d_latents: 'wide' })).toThrow('config.json: expected a number in d_latents, got "wide"');
    expect(() => configOf({ model_type: 'bert' })).toThrow('expected model_type "perceiver", got "bert"');
    expect(() => configOf({ hidden_act: 'relu' })).toThrow('expected hidden_act "gelu"');
    expect(() => causalLanguageModelConfigFromPackage({ vocab: 3 })).toThrow('got vocab');
    expect(() => causalLanguageModelConfigFromPackage({})).toThrow('a number in vocab_size');
  });

  it('says the number of labels by their names', () => {
    expect(sequenceClassifierConfigFromHub(RELEASED).numLabels).toBe(2);
    expect(sequenceClassifierConfigFromHub({ ...RELEASED, id2label: { 0: 'a', 1: 'b', 2: 'c' } }).numLabels).toBe(3);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { writeSafetensors } from 'perceiver-checkpoints';
import { declareParameters, initialValues, parameterCount } from 'perceiver-core';
import { callProgram } from 'perceiver-inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../command/program.js';
import { causalConfigText } from '../load/causal-config.js';
import { maskedConfigText, parseMaskedConfig } from '../load/masked-config.js';
import { causalLanguageModel } from '../model/causal-language-model.js';
import { type MaskedLanguageModelConfig, maskedLanguageModel } from '../model/masked-language-model.js';
import { maskedLanguageModelPresets } from '../model/presets/masked-presets.js';
import { bestFillings } from './best-fillings.js';
import { PerceiverForCausalLanguageModel } from './causal-language.js';
import { PerceiverForMaskedLanguageModel } from './masked-language.js';

const { tiny } = maskedLanguageModelPresets;
const causal = {
  vocabSize: 262,
  maxSeqLen: 16,
  maxLatents: 8,
  numChannels: 16,
  numHeads: 2,
  numSelfAttentionLayers: 1,
  absolutePositions: false,
};

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'text-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function saveRandom(
  path: string,
  declaration: ReturnType<typeof declareParameters>,
  config: string,
  seed: number,
) {
  await mkdir(path, { recursive: true });
  const tensors = declaration
    .filter(({ trainable }) => trainable)
    .map((entry) => {
      const data = initialValues(entry, seed, { family: 'normal' });
      return [entry.name, { dtype: 'F32' as const, shape: [...entry.shape], data }] as const;
    });
  await writeSafetensors(join(path, 'model.safetensors'), new Map(tensors));
  await writeFile(join(path, 'config.json'), config);
}

describe('presets', () => {
  it('have the published numbers of parameters', () => {
    const count = (config: MaskedLanguageModelConfig) => parameterCount(declareParameters(maskedLanguageModel(config)));
    expect(count(maskedLanguageModelPresets['language-perceiver-io-base'])).toBe(201_108_230);
    expect(count(maskedLanguageModelPresets['language-perceiver-io-plus-plus'])).toBe(425_607_430);
    expect(count(maskedLanguageModelPresets['language-perceiver-io-base-sentencepiece'])).toBe(223_155_456);
    expect(count(tiny)).toBeLessThan(60_000);
  });

  it('survive being written and read as config.json', () => {
    for (const config of Object.values(maskedLanguageModelPresets)) {
      expect(parseMaskedConfig(JSON.parse(maskedConfigText(config)))).toMatchObject(config);
    }
  });
});

describe('bestFillings', () => {
  it('lists products of independent probabilities in order', () => {
    const rows = [
      [0.1, 0.6, 0.3],
      [0.5, 0.2, 0.3],
    ];
    const all = [0, 1, 2]
      .flatMap((a) => [0, 1, 2].map((b) => ({ ids: [a, b], probability: rows[0]![a]! * rows[1]![b]! })))
      .sort((x, y) => y.probability - x.probability);
    expect(bestFillings(rows, 5)).toEqual(all.slice(0, 5));
  });
});

describe('PerceiverForMaskedLanguageModel', () => {
  it('fills masks, the same from a folder as from memory', async () => {
    const path = join(folder, 'masked');
    await saveRandom(path, declareParameters(maskedLanguageModel(tiny)), maskedConfigText(tiny), 7);
    const model = await PerceiverForMaskedLanguageModel.fromPretrained(path);
    const filled = await model.fillMask('Call me [MASK].', { topK: 3, bytesPerMask: 2 });
    expect(filled.masks.map(({ bytes, suggestions }) => [bytes, suggestions.length])).toEqual([[2, 3]]);
    const [first, second] = filled.masks[0]!.suggestions;
    expect(first!.probability).toBeGreaterThanOrEqual(second!.probability);
    expect(filled.text).toBe(`Call me ${first!.text}.`);
    const inMemory = PerceiverForMaskedLanguageModel.fromRandomWeights(tiny, 7);
    expect(await inMemory.fillMask('Call me [MASK].', { topK: 3, bytesPerMask: 2 })).toEqual(filled);
    await expect(model.fillMask('no mask')).rejects.toThrow('expected a text with [MASK] in it');
    await expect(model.fillMask('[MASK]'.repeat(127))).rejects.toThrow('at most 126 bytes of text, got 127');
    await expect(model.fillMask('[MASK]', { topK: 0 })).rejects.toThrow('expected topK of 1 or more, got 0');
    await model.dispose();
    await inMemory.dispose();
  });

  it('refuses a model of another kind', async () => {
    const path = join(folder, 'other');
    const text = maskedConfigText(tiny).replace('PerceiverForMaskedLM', 'PerceiverForOpticalFlow');
    await saveRandom(path, declareParameters(maskedLanguageModel(tiny)), text, 7);
    await expect(PerceiverForMaskedLanguageModel.fromPretrained(path)).rejects.toThrow(
      `${path}: expected a model of PerceiverForMaskedLM, got PerceiverForOpticalFlow`,
    );
  });

  it('names what a checkpoint lacks', async () => {
    const path = join(folder, 'wrong');
    const wide = { ...tiny, modelChannels: 64 };
    await saveRandom(path, declareParameters(maskedLanguageModel(tiny)), maskedConfigText(wide), 7);
    await expect(PerceiverForMaskedLanguageModel.fromPretrained(path)).rejects.toThrow(
      /model\.safetensors: expected perceiver\.input_preprocessor\.embeddings\.weight of shape \[262,64\], got \[262,32\]/,
    );
    await expect(PerceiverForMaskedLanguageModel.fromPretrained(join(folder, 'nowhere'))).rejects.toThrow(/nowhere/);
  });
});

describe('a masked language model of word pieces', () => {
  const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'call', 'me', 'ish', '##ma', '##el', '.'];
  const config = { ...tiny, vocabSize: 16 };

  it('carries its tokenizer in its folder', async () => {
    const path = join(folder, 'pieces');
    await saveRandom(path, declareParameters(maskedLanguageModel(config)), maskedConfigText(config), 7);
    await expect(PerceiverForMaskedLanguageModel.fromPretrained(path)).rejects.toThrow(/expected tokenizer\.json or/);
    await writeFile(join(path, 'vocab.txt'), words.join('\n'));
    const model = await PerceiverForMaskedLanguageModel.fromPretrained(path);
    expect(model.tokenizer.vocabSize).toBe(words.length);
    const filled = await model.fillMask('Call me [MASK].', { topK: 2, bytesPerMask: 2 });
    expect(filled.masks.map(({ bytes, suggestions }) => [bytes, suggestions.length])).toEqual([[2, 2]]);
    expect(filled.text).toMatch(/^call me/);
    await expect(model.fillMask('me '.repeat(127))).rejects.toThrow('at most 126 tokens of text, got 127');
    await expect(model.encode(['call'])).rejects.toThrow('encode: expected a model of bytes');
    await model.dispose();
    const { code, stdout } = await callProgram(program, [
      'fill-mask',
      'Call me [MASK].',
      '--model',
      path,
      '--engine',
      'cpu',
    ]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^call me .*\n\nmask 1, 1 token:\n/)]);
  });
});

describe('PerceiverForCausalLanguageModel', () => {
  it('streams text from prompts of any length, from a folder or the last checkpoint of a run', async () => {
    const path = join(folder, 'run/checkpoints/step-00000010');
    await saveRandom(path, declareParameters(causalLanguageModel(causal)), causalConfigText(causal), 1);
    const model = await PerceiverForCausalLanguageModel.fromPretrained(join(folder, 'run'));
    for (const prompt of ['', 'a', 'é', new Uint8Array([0xff]), 'a long prompt, longer than the window']) {
      const pieces = [];
      for await (const piece of model.generate(prompt, { maxNewTokens: 12, seed: 1 })) pieces.push(piece);
      const bytes = Uint8Array.from(pieces, ({ id }) => id - 6);
      expect(pieces.map(({ text }) => text).join('')).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
      expect(pieces.length).toBe(12);
    }
    await model.dispose();
  });
});

const fixture = '../shared/fixtures/mlm';

describe.skipIf(!existsSync(fixture))('the reference masked language model', () => {
  it('loads as a folder', async () => {
    const model = await PerceiverForMaskedLanguageModel.fromPretrained(fixture);
    const { max_position_embeddings: length } = JSON.parse(readFileSync(join(fixture, 'config.json'), 'utf8'));
    expect(model.config.maxPositions).toBe(length);
    await model.dispose();
  });
});

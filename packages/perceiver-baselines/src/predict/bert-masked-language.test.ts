import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { writeSafetensors } from 'perceiver-checkpoints';
import { declareParameters, initialValues } from 'perceiver-core';
import { callProgram, openModel } from 'perceiver-inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BertConfig, bertHubFields } from '../bert/bert-config.js';
import { bertMaskedLanguageModel } from '../bert/bert-masked-language-model.js';
import { program } from '../command/program.js';
import { bertFineTuningKind, otherBertNames } from '../load/bert-kinds.js';
import { BertForMaskedLanguageModel } from './bert-masked-language.js';

const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'dog', 'cat', 'bark', '##ed', '.'];
const SMALL: BertConfig = {
  // Tables are often longer than vocabularies.
  vocabSize: 16,
  maxPositions: 12,
  hiddenChannels: 8,
  numLayers: 1,
  numHeads: 2,
  intermediateChannels: 12,
};
const declaration = declareParameters(bertMaskedLanguageModel(SMALL));

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'bert-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A checkpoint as published, with random weights under the names that `rename` gives. */
async function published(name: string, rename: (name: string) => string[], { tokenizer = true } = {}) {
  const path = join(folder, name);
  await mkdir(path);
  const tensors = declaration.flatMap((entry) => {
    const data = initialValues(entry, 3, { family: 'normal', std: 0.5 });
    return rename(entry.name).map((own) => [own, { dtype: 'F32' as const, shape: [...entry.shape], data }] as const);
  });
  await writeSafetensors(join(path, 'model.safetensors'), new Map(tensors));
  await writeFile(join(path, 'config.json'), JSON.stringify(bertHubFields(SMALL)));
  if (tokenizer) await writeFile(join(path, 'vocab.txt'), WORDS.join('\n'));
  return path;
}

describe('BertForMaskedLanguageModel', () => {
  it('fills masks, whichever names a checkpoint has', async () => {
    const older = (name: string) =>
      name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
    const tied: Record<string, string> = {
      'bert.embeddings.word_embeddings.weight': 'cls.predictions.decoder.weight',
      'cls.predictions.bias': 'cls.predictions.decoder.bias',
    };
    const paths = [
      await published('own', (name) => [name]),
      await published('both', (name) => (tied[name] === undefined ? [name] : [name, tied[name]])),
      await published('older', (name) => [older(name)]),
      await published('tied', (name) => [tied[name] ?? name]),
      await published('bare', (name) => [name.replace(/^bert\./, '')]),
    ];
    const results = [];
    for (const path of paths) {
      const model = await BertForMaskedLanguageModel.fromPretrained(path);
      results.push(await model.fillMask('The [MASK] barked [MASK]', { topK: 3 }));
      await model.dispose();
    }
    const [first, ...others] = results;
    expect(first!.masks.map((mask) => mask.length)).toEqual([3, 3]);
    const [best, second] = first!.masks[0]!;
    expect(best!.probability).toBeGreaterThanOrEqual(second!.probability);
    expect(first!.text.startsWith(`The ${best!.text.replace('##', '')} barked `)).toBe(true);
    for (const other of others) expect(other).toEqual(first);
  });

  it('says what is missing or too long', async () => {
    const path = await published('without', (name) => [name], { tokenizer: false });
    await expect(BertForMaskedLanguageModel.fromPretrained(path)).rejects.toThrow(
      /expected tokenizer\.json or .*--tokenizer/,
    );
    const vocab = join(folder, 'long.txt');
    await writeFile(vocab, [...WORDS, 'a', 'b', 'c', 'd', 'e', 'f'].join('\n'));
    await expect(BertForMaskedLanguageModel.fromPretrained(path, { tokenizer: vocab })).rejects.toThrow(
      'expected a tokenizer of at most 16 ids, got 17',
    );
    await writeFile(join(path, 'vocab.txt'), WORDS.join('\n'));
    const model = await BertForMaskedLanguageModel.fromPretrained(path);
    await expect(model.fillMask('the dog')).rejects.toThrow('expected a text with [MASK] in it');
    await expect(model.fillMask('[MASK]'.repeat(11))).rejects.toThrow(
      'at most 12 tokens, [CLS] and [SEP] included, got 13',
    );
    await expect(model.fillMask('[MASK]', { topK: 0 })).rejects.toThrow('expected topK of 1 or more, got 0');
    await model.dispose();
  });
});

describe('fine-tuning', () => {
  it('starts a classifier from a checkpoint of another head', async () => {
    const path = await published('encoder', (name) => [name]);
    const { config, parameters } = await openModel(path, bertFineTuningKind(3, { seed: 5 }));
    expect(config.numLabels).toBe(3);
    expect(parameters['classifier.weight']!.shape).toEqual([3, 8]);
    const query = declaration.find(({ name }) => name === 'bert.encoder.layer.0.attention.self.query.weight')!;
    expect(await parameters[query.name]!.data()).toEqual(initialValues(query, 3, { family: 'normal', std: 0.5 }));
    tf.dispose(parameters);
  });

  it('does not make up what an encoder must have', async () => {
    const path = await published('broken', (name) => (name.includes('attention.self.key') ? [] : [name]));
    await expect(openModel(path, bertFineTuningKind(2))).rejects.toThrow(
      'expected a tensor bert.encoder.layer.0.attention.self.key.weight',
    );
  });
});

describe('names', () => {
  it('of older files', () => {
    expect(otherBertNames('bert.embeddings.LayerNorm.weight')).toEqual([
      'bert.embeddings.LayerNorm.gamma',
      'embeddings.LayerNorm.weight',
      'embeddings.LayerNorm.gamma',
    ]);
    expect(otherBertNames('classifier.weight')).toEqual([]);
  });
});

describe('perceiver-baselines fill-mask', () => {
  it('applies a model of the disk, and one of random weights', async () => {
    const path = join(folder, 'own');
    const args = ['fill-mask', 'The [MASK] barked.', '--engine', 'cpu'];
    const opened = await callProgram(program, [...args, '--model', path, '--top-k', '2', '--json']);
    expect(opened).toMatchObject({ code: 0, stderr: '' });
    const { text, masks } = JSON.parse(opened.stdout);
    expect(text).toMatch(/^The .+ barked\.$/);
    expect(masks[0]).toHaveLength(2);
    const random = await callProgram(program, [...args, '--random-weights', '1', '--preset', 'bert-bytes-tiny']);
    expect(random.code).toBe(0);
    expect(random.stdout).toMatch(/^The .+ barked\.\n\nmask 1:\n( +[\d.e-]+% {2}".*"\n){5}$/s);
    const without = await callProgram(program, [...args, '--random-weights', '1', '--preset', 'bert-base']);
    expect(without).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('preset bert-base: expected tokenizer.json'),
    });
  });
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BertConfig,
  BertForMaskedLanguageModel,
  bertHubFields,
  bertMaskedLanguageModel,
} from 'perceiver-baselines';
import { type LoadPretrainedOptions, writeSafetensors } from 'perceiver-checkpoints';
import { declareParameters, initialValues } from 'perceiver-core';
import { openTokenizer } from 'perceiver-tokenizers';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ImitationHub, imitationHub } from '../testing/imitation-hub.js';

const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'dog', 'cat', 'bark', '##ed', '.'];
/** As many layers as the released model has, few channels. */
const CONFIG: BertConfig = {
  vocabSize: WORDS.length,
  maxPositions: 16,
  hiddenChannels: 24,
  numLayers: 12,
  numHeads: 12,
  intermediateChannels: 32,
};

let directory: string;
let hub: ImitationHub;
beforeAll(async () => {
  await selectEngine('cpu');
  directory = await mkdtemp(join(tmpdir(), 'released-bert-'));
  hub = await imitationHub();
});
afterAll(async () => {
  await hub.close();
  await rm(directory, { recursive: true });
});

/** The names of the file on the hub: norms as TensorFlow's, a head for the next sentence beside. */
const onTheHub = (name: string) =>
  name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');

it('bert-base-uncased opens by name: hub, cache, folder', async () => {
  const tensors = declareParameters(bertMaskedLanguageModel(CONFIG)).map((entry) => {
    const data = initialValues(entry, 1, { family: 'normal', std: 0.5 });
    return [onTheHub(entry.name), { dtype: 'F32' as const, shape: [...entry.shape], data }] as const;
  });
  const nextSentence = { dtype: 'F32' as const, shape: [2], data: Float32Array.of(0, 1) };
  const file = join(directory, 'model.safetensors');
  await writeSafetensors(file, new Map([...tensors, ['cls.seq_relationship.bias', nextSentence]]));
  const utf8 = (text: string) => new TextEncoder().encode(text);
  hub.repositories.set('bert-base-uncased', {
    'config.json': utf8(JSON.stringify({ ...bertHubFields(CONFIG), architectures: ['BertForMaskedLM'] })),
    'model.safetensors': Uint8Array.from(await readFile(file)),
    'vocab.txt': utf8(WORDS.join('\n')),
    'tokenizer_config.json': utf8('{"do_lower_case": false}'),
  });
  const cacheDir = join(directory, 'cache');
  const snapshot = join(cacheDir, 'models--bert-base-uncased', 'snapshots', 'c0ffee'.padEnd(40, '0'));
  const places: [string, LoadPretrainedOptions][] = [
    ['bert-base-uncased', { hubUrl: hub.url, cacheDir, token: false }],
    ['bert-base-uncased', { cacheDir, localFilesOnly: true }],
    [snapshot, {}],
  ];
  const results = [];
  let requests = 0;
  for (const [place, options] of places) {
    const model = await BertForMaskedLanguageModel.fromPretrained(place, options);
    results.push(await model.fillMask('the [MASK] barked.'));
    await model.dispose();
    // Only the hub itself is asked.
    requests = options.hubUrl === undefined ? requests : hub.log.length;
    expect(hub.log.length).toBe(requests);
  }
  expect(requests).toBeGreaterThan(0);
  expect(results[0]!.masks[0]).toHaveLength(5);
  const cased = await openTokenizer(join(snapshot, 'vocab.txt'));
  expect(cased.encode('The', { addSpecialTokens: false }).ids).toEqual([WORDS.indexOf('[UNK]')]);
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

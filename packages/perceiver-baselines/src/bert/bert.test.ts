import * as tf from '@tensorflow/tfjs';
import {
  bindParameters,
  declareParameters,
  initializeParameters,
  type Model,
  parameterCount,
  type RunOptions,
  tracedFlops,
} from 'perceiver-core';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type BertConfig,
  bertConfigFromHub,
  bertHubFields,
  bertSequenceClassifierConfigFromHub,
} from './bert-config.js';
import type { BertInputs } from './bert-embeddings.js';
import { type BertOutputs, bertMaskedLanguageModel } from './bert-masked-language-model.js';
import { bertSequenceClassifier } from './bert-sequence-classifier.js';
import { bertPresets } from './presets/bert-presets.js';

const SMALL: BertConfig = {
  vocabSize: 20,
  maxPositions: 8,
  hiddenChannels: 12,
  numLayers: 2,
  numHeads: 3,
  intermediateChannels: 16,
};

type Bert = Model<unknown, BertInputs, RunOptions, BertOutputs>;

beforeAll(() => tf.setBackend('cpu'));

const ids = (...rows: number[][]) => tf.tensor2d(rows, undefined, 'int32');
const parametersOf = (model: Bert, std = 0.3) =>
  initializeParameters(declareParameters(model), 1, { family: 'normal', std });

async function largestDifference(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  expect(a.shape).toEqual(b.shape);
  return (await a.sub(b).abs().max().data())[0]!;
}

describe('BERT', () => {
  it('has the published numbers of parameters and operations', () => {
    const figures = Object.entries(bertPresets).map(([name, config]) => {
      const model = bertMaskedLanguageModel(config);
      return [name, parameterCount(declareParameters(model)), Math.round(tracedFlops(model) / 1e8) / 10];
    });
    expect(figures.slice(0, 3)).toEqual([
      ['bert-base', 109_514_298, 121.2],
      ['bert-base-sentencepiece', 110_650_880, 122.4],
      ['bert-bytes', 20_363_014, 130.5],
    ]);
  });

  it.each([
    ['masked language model', bertMaskedLanguageModel(SMALL) as Bert],
    ['classifier', bertSequenceClassifier({ ...SMALL, numLabels: 3 }) as Bert],
  ])('of a %s: masked tokens are as if removed, token types default to 0', async (_, model) => {
    const scope = bindParameters(parametersOf(model));
    const short = model.apply(scope, { inputIds: ids([2, 5, 7]) });
    const padded = model.apply(scope, {
      inputIds: ids([2, 5, 7, 9, 0]),
      attentionMask: ids([1, 1, 1, 0, 0]),
      tokenTypeIds: ids([0, 0, 0, 1, 1]),
    });
    const kept = tf.slice(padded.lastHiddenState, [0, 0, 0], [1, 3, -1]);
    expect(await largestDifference(kept, short.lastHiddenState)).toBeLessThan(1e-5);
    const otherType = model.apply(scope, { inputIds: ids([2, 5, 7]), tokenTypeIds: ids([0, 1, 0]) });
    expect(await largestDifference(otherType.lastHiddenState, short.lastHiddenState)).toBeGreaterThan(1e-2);
  });

  it('norms behind the residuals', async () => {
    const model = bertMaskedLanguageModel(SMALL);
    const { lastHiddenState } = model.apply(bindParameters(parametersOf(model)), { inputIds: ids([2, 5, 7]) });
    const { mean, variance } = tf.moments(lastHiddenState, 2);
    expect(await largestDifference(mean, tf.zeros([1, 3]))).toBeLessThan(1e-5);
    expect(await largestDifference(variance, tf.ones([1, 3]))).toBeLessThan(1e-4);
  });

  it('drops only when training, the same for the same key', async () => {
    const dropped = { ...SMALL, hiddenDropout: 0.1, attentionDropout: 0.1, numLabels: 2 };
    const model = bertSequenceClassifier(dropped);
    const scope = bindParameters(parametersOf(model));
    const run = (options?: RunOptions) => model.apply(scope, { inputIds: ids([2, 5, 7, 3]) }, options).logits;
    const key = (seed: number) => ({ training: true, dropoutKey: tf.tensor1d([seed, 1], 'int32') as never });
    const plain = bertSequenceClassifier({ ...SMALL, numLabels: 2 }).apply(scope, { inputIds: ids([2, 5, 7, 3]) });
    expect(await largestDifference(run(), plain.logits)).toBe(0);
    expect(await largestDifference(run(key(1)), run(key(1)))).toBe(0);
    expect(await largestDifference(run(key(1)), run(key(2)))).toBeGreaterThan(1e-3);
    expect(() => run({ training: true })).toThrow('expected options.dropoutKey');
  });

  it('looks up padding without training it', async () => {
    const model = bertSequenceClassifier({ ...SMALL, numLabels: 2 });
    const parameters = parametersOf(model);
    const name = 'bert.embeddings.word_embeddings.weight';
    const gradient = tf.grad((table: tf.Tensor) => {
      const { logits } = model.apply(bindParameters({ ...parameters, [name]: table }), { inputIds: ids([2, 0, 7]) });
      return softmaxCrossEntropy(logits, tf.tensor1d([1], 'int32'));
    })(parameters[name]!);
    const perRow = await gradient.abs().max(1).data();
    const trained = [...perRow].flatMap((size, id) => (size > 0 ? [id] : []));
    expect(trained).toEqual([2, 7]);
  });

  it('learns two sentences apart', async () => {
    const model = bertSequenceClassifier({ ...SMALL, numLayers: 1, numLabels: 2 });
    const inputs = { inputIds: ids([2, 5, 7, 3], [2, 7, 5, 3]) };
    const variables = Object.entries(parametersOf(model)).map(([name, value]) => {
      return [name, tf.variable(value, true, `learns.${name}`)] as const;
    });
    const optimizer = tf.train.adam(0.01);
    const lossOf = () => {
      const { logits } = model.apply(bindParameters(Object.fromEntries(variables)), inputs);
      return softmaxCrossEntropy(logits, tf.tensor1d([0, 1], 'int32'));
    };
    for (let step = 0; step < 20; step++) optimizer.minimize(lossOf);
    expect((await lossOf().data())[0]).toBeLessThan(0.05);
    tf.dispose(variables.map(([, variable]) => variable));
  });

  it('says what is too long or does not fit', () => {
    const model = bertMaskedLanguageModel(SMALL);
    const scope = bindParameters(parametersOf(model));
    expect(() => model.apply(scope, { inputIds: ids([1, 2, 3, 4, 5, 6, 7, 8, 9]) })).toThrow('at most 8 tokens, got 9');
    expect(() => declareParameters(bertMaskedLanguageModel({ ...SMALL, numHeads: 5 }))).toThrow('divisible by heads');
  });
});

describe('config.json', () => {
  it('is read back as written', () => {
    for (const config of Object.values(bertPresets)) {
      expect(bertConfigFromHub(bertHubFields(config))).toMatchObject(config);
    }
  });

  it('gives the classes by id2label or num_labels, two otherwise', () => {
    expect(bertSequenceClassifierConfigFromHub({ id2label: { 0: 'a' } }).numLabels).toBe(1);
    expect(bertSequenceClassifierConfigFromHub({ num_labels: 3, classifier_dropout: 0.4 })).toMatchObject({
      numLabels: 3,
      classifierDropout: 0.4,
    });
    expect(bertSequenceClassifierConfigFromHub({ classifier_dropout: null })).toMatchObject({
      numLabels: 2,
      classifierDropout: 0.1,
    });
  });

  it.each([
    [[], 'expected an object'],
    [{ model_type: 'roberta' }, 'expected model_type "bert", got "roberta"'],
    [{ position_embedding_type: 'relative_key' }, 'expected position_embedding_type "absolute"'],
    [{ hidden_act: 'swish' }, 'expected hidden_act gelu or gelu_new'],
    [{ hidden_size: '768' }, 'expected a number in hidden_size, got "768"'],
    [{ num_hidden_layers: 1.5 }, 'expected a whole number from 0 in num_hidden_layers'],
    [{ hidden_size: 10, num_attention_heads: 4 }, 'divisible by heads'],
  ])('%j: says what is wrong', (json, message) => {
    expect(() => bertConfigFromHub(json)).toThrow(message);
  });
});

import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, initializeParameters, parameterCount } from 'perceiver-core';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeExamples } from '../glue/encode-examples.js';
import type { GlueTaskName } from '../glue/glue-task.js';
import { GLUE_QUERIES, type GlueClassifierConfig, type GlueQueries, glueClassifier } from './glue-classifier.js';
import { maskedLanguageModel } from './masked-language-model.js';
import { languagePerceiverTiny } from './presets/language-perceiver-tiny.js';

const { vocabSize, maxPositions, modelChannels, encoder } = languagePerceiverTiny;
const TASKS: readonly GlueTaskName[] = ['sst2', 'stsb', 'mnli'];
const configOf = (queries: GlueQueries, tasks = TASKS): GlueClassifierConfig => ({
  tasks: queries === 'single-task' ? tasks.slice(0, 1) : tasks,
  queries,
  vocabSize,
  maxPositions,
  modelChannels,
  encoder,
});
const shapesOf = (queries: GlueQueries) =>
  new Map(
    declareParameters(glueClassifier(configOf(queries))).map(({ name, shape }) => [name, shape.join('x')] as const),
  );

beforeAll(async () => {
  await selectEngine('cpu');
});

describe('the rows of the multitask table', () => {
  const QUERY = 'perceiver.decoder.decoder.output_position_encodings.position_embeddings';
  const TOKENS = 'perceiver.input_preprocessor.task_tokens.weight';
  const E = encoder.latentChannels;
  it.each([
    ['single-task', `1x${E}`, undefined, 1],
    ['multitask', `3x${E}`, undefined, 3],
    ['shared-input-token', `1x${E}`, `1x${modelChannels}`, 3],
    ['task-input-tokens', `1x${E}`, `3x${modelChannels}`, 3],
  ] as const)('%s has its queries, tokens and heads', (queries, query, tokens, heads) => {
    const shapes = shapesOf(queries);
    expect(shapes.get(QUERY)).toBe(query);
    expect(shapes.get(TOKENS)).toBe(tokens);
    const found = [...shapes].filter(([name]) => name.startsWith('heads.'));
    const sizes = { sst2: 2, stsb: 1, mnli: 3 };
    const expected = TASKS.slice(0, heads).flatMap((task) => [
      [`heads.${task}.dense.weight`, `${E}x${E}`],
      [`heads.${task}.dense.bias`, `${E}`],
      [`heads.${task}.out_proj.weight`, `${sizes[task as keyof typeof sizes]}x${E}`],
      [`heads.${task}.out_proj.bias`, `${sizes[task as keyof typeof sizes]}`],
    ]);
    expect(found).toEqual(expected);
  });

  it('differ in nothing else', () => {
    const common = (queries: GlueQueries) =>
      [...shapesOf(queries)].filter(([name]) => name !== QUERY && name !== TOKENS && !name.startsWith('heads.'));
    for (const queries of GLUE_QUERIES) expect(common(queries)).toEqual(common('single-task'));
    const count = (queries: GlueQueries) => parameterCount(declareParameters(glueClassifier(configOf(queries))));
    expect(count('multitask') - count('shared-input-token')).toBe(2 * E - modelChannels);
    expect(count('task-input-tokens') - count('shared-input-token')).toBe(2 * modelChannels);
  });

  it('share encoder and embeddings, by name, with the masked language model', () => {
    const masked = new Map(
      declareParameters(maskedLanguageModel(languagePerceiverTiny)).map(({ name, shape }) => [name, shape.join('x')]),
    );
    const shared = [...shapesOf('multitask')].filter(([name]) => !/^heads|decoder/.test(name));
    expect(shared.length).toBeGreaterThan(30);
    for (const [name, shape] of shared) expect(masked.get(name), name).toBe(shape);
  });
});

describe('glueClassifier', () => {
  const texts = [['a fine film'], ['dull'], ['one text', 'and another']];

  it.each(['multitask', 'shared-input-token', 'task-input-tokens'] as const)(
    'answers each example of a mixed batch as one of its task alone: %s',
    async (queries) => {
      const config = configOf(queries);
      const model = glueClassifier(config);
      const scope = bindParameters(initializeParameters(declareParameters(model), 3, { family: 'variance-scaling' }));
      const inputs = encodeExamples(texts, config);
      const logitsOf = async (taskIds: number[]) => {
        const { logits } = model.apply(scope, { ...inputs, taskIds: tf.tensor1d(taskIds, 'int32') });
        return (await logits.array()) as number[][];
      };
      const mixed = await logitsOf([0, 2, 1]);
      for (const [task, row] of [
        [0, 0],
        [2, 1],
        [1, 2],
      ] as const) {
        const alone = (await logitsOf([task, task, task]))[row]!;
        for (const [k, value] of mixed[row]!.entries()) expect(value).toBeCloseTo(alone[k]!, 5);
      }
      expect(mixed[2]!.slice(1)).toEqual([0, 0]);
      const others = await logitsOf([1, 1, 0]);
      expect(Math.abs(others[0]![0]! - mixed[0]![0]!)).toBeGreaterThan(1e-3);
    },
  );

  it('does not look at padding', async () => {
    for (const queries of ['single-task', 'shared-input-token'] as const) {
      const config = configOf(queries, ['sst2']);
      const model = glueClassifier(config);
      const scope = bindParameters(initializeParameters(declareParameters(model), 3, { family: 'variance-scaling' }));
      const alone = await model.apply(scope, encodeExamples([['dull']], config)).logits.array();
      const beside = await model
        .apply(scope, encodeExamples([['dull'], ['a much longer text about a film']], config))
        .logits.array();
      for (const [k, value] of alone[0]!.entries()) expect(beside[0]![k]).toBeCloseTo(value, 5);
    }
  });

  it('takes words in place of bytes, in any number', async () => {
    const config: GlueClassifierConfig = {
      ...configOf('single-task'),
      inputs: 'words',
      wordBuckets: 100,
      maxPositions: 32,
    };
    const model = glueClassifier(config);
    const names = declareParameters(model).map(({ name }) => name);
    expect(names).toContain('perceiver.input_preprocessor.word_embeddings.weight');
    expect(names).not.toContain('perceiver.input_preprocessor.embeddings.weight');
    const scope = bindParameters(initializeParameters(declareParameters(model), 3, { family: 'variance-scaling' }));
    const alone = await model.apply(scope, encodeExamples([['a dull film']], config)).logits.array();
    const long = 'word '.repeat(20);
    const beside = await model.apply(scope, encodeExamples([['A  DULL film'], [long]], config)).logits.array();
    for (const [k, value] of alone[0]!.entries()) expect(beside[0]![k]).toBeCloseTo(value, 5);
    const moved = await model.apply(scope, encodeExamples([['film dull a']], config)).logits.array();
    expect(Math.abs(moved[0]![0]! - alone[0]![0]!)).toBeGreaterThan(1e-5);
  });

  it('refuses what fits no row', () => {
    expect(() => glueClassifier(configOf('multitask', []))).toThrow('at least one task');
    expect(() => glueClassifier({ ...configOf('multitask'), queries: 'single-task' })).toThrow(
      'one task for a single-task',
    );
    const words: GlueClassifierConfig = { ...configOf('single-task'), inputs: 'words' };
    expect(() => glueClassifier(words)).toThrow('wordBuckets of 3 or more, got 0');
  });
});

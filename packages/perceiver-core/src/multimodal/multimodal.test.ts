import * as tf from '@tensorflow/tfjs';
import { keyWords } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluation, runContext } from '../layers/run-context.js';
import { bindParameters, type Scope, scopeOver } from '../parameters/scope.js';
import { distance, noise, useCpu } from '../testing/tensors.js';
import { multimodalInput } from './multimodal-input.js';
import { multimodalOutput } from './multimodal-output.js';
import { multimodalQuery, queryWidth } from './multimodal-query.js';

let parameters: Record<string, tf.Tensor>;
let scope: Scope;
beforeAll(async () => {
  await useCpu();
  parameters = {
    'padding.film': tf.tensor2d([[10, 11, 12]]),
    'padding.sound': tf.tensor2d([[20]]),
    'mask.film': tf.tensor2d([[1, 2, 3, 4, 5]]),
    'mask.sound': tf.tensor2d([[6, 7, 8, 9, 10]]),
  };
  scope = bindParameters(parameters);
});

interface Input {
  readonly sound: tf.Tensor3D;
  readonly film: tf.Tensor3D;
}
const input = (): Input => ({ sound: noise([2, 3, 4], 1), film: noise([2, 5, 2], 2) });
const rows = (modality: keyof Input) => (given: Input) => given[modality];
const row = (x: tf.Tensor3D, example: number, index: number) => x.arraySync()[example]![index]!;
const last = (values: readonly number[], count: number) => values.slice(values.length - count);

describe('the input array of several modalities', () => {
  it('has them by name, each filled up with its vector', () => {
    const given = input();
    const adapter = multimodalInput<Input>({ sound: { rows: rows('sound') }, film: { rows: rows('film') } }, 1);
    const { inputs } = adapter(scope, given, evaluation);
    expect(inputs.shape).toEqual([2, 8, 5]);
    for (const example of [0, 1]) {
      expect(last(row(inputs, example, 4), 3)).toEqual([10, 11, 12]);
      expect(last(row(inputs, example, 5), 1)).toEqual([20]);
      expect(row(inputs, example, 1).slice(0, 2)).toEqual(given.film.arraySync()[example]![1]);
      expect(row(inputs, example, 7).slice(0, 4)).toEqual(given.sound.arraySync()[example]![2]);
    }
  });

  const masking = (maskedShare: number) =>
    multimodalInput<Input>({ sound: { rows: rows('sound') }, film: { rows: rows('film'), maskedShare } }, 1);

  it('hides a modality that the model has to find out, in evaluation as a whole', () => {
    for (const share of [1, 0.5]) {
      const { inputs } = masking(share)(scope, input(), evaluation);
      for (let i = 0; i < 5; i++) expect(row(inputs, 1, i)).toEqual([1, 2, 3, 4, 5]);
      expect(row(inputs, 1, 5)).not.toEqual([6, 7, 8, 9, 10]);
    }
  });

  it('hides a share of its rows in training', () => {
    const film = noise<tf.Tensor3D>([4, 500, 2], 5);
    const dropoutKey = tf.tensor1d(keyWords(1), 'int32');
    const context = runContext({ training: true, dropoutKey });
    const { inputs } = masking(0.25)(scope, { film, sound: noise([4, 3, 4]) }, context);
    let hidden = 0;
    for (let i = 0; i < 500; i++) {
      const found = row(inputs, 3, i);
      if (found.join() === '1,2,3,4,5') hidden++;
      else expect(last(found, 3)).toEqual([10, 11, 12]);
    }
    expect(hidden / 500).toBeGreaterThan(0.15);
    expect(hidden / 500).toBeLessThan(0.35);
  });

  it('has gradients of exactly 0 for what has no effect', () => {
    const names = Object.keys(parameters);
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const bound = bindParameters(Object.fromEntries(names.map((name, i) => [name, values[i]!])));
      return masking(1)(bound, input(), evaluation).inputs.square().sum().asScalar();
    };
    const gradients = tf.grads(loss)(Object.values(parameters));
    const size = (name: string) => gradients[names.indexOf(name)]!.abs().sum().dataSync()[0]!;
    expect([size('padding.film'), size('mask.sound')]).toEqual([0, 0]);
    expect(size('padding.sound')).toBeCloseTo(2 * 3 * 2 * 20);
    expect(size('mask.film')).toBeCloseTo(2 * 5 * 2 * (1 + 2 + 3 + 4 + 5));
  });
});

describe('the query array of several modalities', () => {
  it('has them by name, filled up to one width, the same for all examples where they are', () => {
    const asked: string[] = [];
    const modality = (x: tf.Tensor3D) => ({
      channels: x.shape[2],
      rows: (_source: unknown, own: Scope) => {
        asked.push(own.path);
        return x;
      },
    });
    const modalities = { sound: modality(noise([1, 3, 4], 3)), film: modality(noise([1, 5, 2], 4)) };
    expect(queryWidth(modalities, 1)).toBe(5);
    const query = multimodalQuery(modalities, 1)(scope, undefined as never, evaluation);
    expect(query.shape).toEqual([1, 8, 5]);
    expect(asked).toEqual(['modalities.film', 'modalities.sound']);
    expect(last(row(query, 0, 0), 3)).toEqual([10, 11, 12]);
    expect(last(row(query, 0, 7), 1)).toEqual([20]);
  });
});

describe('the outputs of several modalities', () => {
  const modality = (count: number) => ({ rows: count, output: (_scope: Scope, decoded: tf.Tensor3D) => decoded });
  const nothing = scopeOver(() => {
    throw new Error('no parameters here');
  });

  it('are their rows', () => {
    const decoded = noise<tf.Tensor3D>([2, 8, 3], 6);
    const modalities = { sound: modality(3), film: modality(5) };
    const outputs = multimodalOutput(nothing, decoded, modalities, evaluation);
    expect(Object.keys(outputs)).toEqual(['film', 'sound']);
    expect(distance(tf.concat([outputs.film!, outputs.sound!], 1), decoded)).toBe(0);
  });

  it('add up', () => {
    const decoded = noise<tf.Tensor3D>([2, 8, 3], 6);
    expect(() => multimodalOutput(nothing, decoded, { sound: modality(3) }, evaluation)).toThrow(
      'expected 3 decoded rows, got 8',
    );
    expect(() => multimodalOutput(nothing, decoded, {}, evaluation)).toThrow('at least one modality');
  });
});

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dense, norm } from '../layers/dense.js';
import { useCpu } from '../testing/tensors.js';
import { declareParameters, isDecayed, parameterCount } from './declare-parameters.js';
import { initialValues } from './initialize-parameters.js';
import { buffer, embedding, latentArray } from './initializer.js';
import { normalQuantile } from './normal-quantile.js';
import { bindParameters, type Scope } from './scope.js';

beforeAll(useCpu);

const model = {
  apply: (scope: Scope, { x }: { x: tf.Tensor3D }) => {
    const table = scope.parameter<tf.Tensor2D>('table', [5, 4], embedding());
    const shared = dense(scope.at('a.b'), norm(scope.at('norm'), x), 4);
    const fixed = scope.parameter<tf.Tensor1D>(
      'fixed',
      [4],
      buffer(() => Float32Array.of(1, 2, 3, 4)),
    );
    return dense(scope.at('a.b'), shared, 4)
      .mul(fixed)
      .add(tf.slice(table, [0, 0], [1, 4]));
  },
  exampleInputs: (batch = 1) => ({ x: { shape: [batch, 2, 4], dtype: 'float32' } }),
};

describe('parameters', () => {
  it('are declared by tracing, each once, in the order of use', () => {
    const declared = declareParameters(model);
    expect(declared.map(({ name, shape, kind }) => `${name} ${shape} ${kind}`)).toEqual([
      'table 5,4 embedding',
      'norm.weight 4 norm',
      'norm.bias 4 norm',
      'a.b.weight 4,4 weight',
      'a.b.bias 4 bias',
      'fixed 4 buffer',
    ]);
    expect(parameterCount(declared)).toBe(20 + 4 + 4 + 16 + 4);
    expect(declared.filter(isDecayed).map(({ name }) => name)).toEqual(['table', 'a.b.weight']);
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.ones([2]).sum().dataSync()[0]).toBe(2);
  });

  it('cost no memory to declare', () => {
    const huge = {
      apply: (scope: Scope, { x }: { x: tf.Tensor2D }) => dense(scope.at('wide'), x, 1e6),
      exampleInputs: () => ({ x: { shape: [1, 1e6], dtype: 'float32' } }),
    };
    expect(parameterCount(declareParameters(huge))).toBe(1e12 + 1e6);
  });

  it('that are missing or misshapen are named', () => {
    const x = tf.zeros<tf.Rank.R3>([1, 2, 4]);
    expect(() => model.apply(bindParameters({}), { x })).toThrow('table: expected a parameter [5,4], got none');
    expect(() => model.apply(bindParameters({ table: tf.zeros([4, 5]) }), { x })).toThrow(
      'table: expected shape [5,4], got [4,5]',
    );
    const twice = {
      apply: (scope: Scope) => [scope.parameter('w', [1], latentArray()), scope.parameter('w', [2], latentArray())],
      exampleInputs: () => ({}),
    };
    expect(() => declareParameters(twice)).toThrow('w: expected one shape, got [1] and [2]');
  });

  it('reading data while tracing says what is wrong', () => {
    const reads = {
      apply: (_scope: Scope, { x }: { x: tf.Tensor }) => x.dataSync(),
      exampleInputs: model.exampleInputs,
    };
    expect(() => declareParameters(reads)).toThrow('there is no data');
    expect(tf.getBackend()).toBe('cpu');
  });
});

function moments(values: Float32Array): { mean: number; deviation: number; largest: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    largest: values.reduce((top, value) => Math.max(top, Math.abs(value)), 0),
  };
}

describe('starting values', () => {
  const weight = {
    name: 'w',
    shape: [400, 100],
    kind: 'weight',
    trainable: true,
    initializer: { kind: 'weight', fanIn: 100 },
  } as const;

  it('have the moments of their family', () => {
    const normal = moments(initialValues(weight, 1, { family: 'normal' }));
    expect(Math.abs(normal.mean)).toBeLessThan(5e-4);
    expect(normal.deviation).toBeCloseTo(0.02, 3);
    expect(normal.largest).toBeGreaterThan(0.06);
    const scaled = moments(initialValues(weight, 1, { family: 'variance-scaling' }));
    expect(scaled.deviation).toBeCloseTo(0.1, 2);
    expect(scaled.largest).toBeLessThan(0.2 / 0.8796);
    const torch = moments(initialValues(weight, 1, { family: 'torch' }));
    expect(torch.largest).toBeLessThanOrEqual(Math.fround(0.1));
    expect(torch.deviation).toBeCloseTo(0.1 / Math.sqrt(3), 3);
  });

  it('depend on name and seed, and on nothing else', () => {
    const family = { family: 'normal' } as const;
    const values = initialValues(weight, 1, family);
    expect(initialValues({ ...weight, shape: [10] }, 1, family)).toEqual(values.slice(0, 10));
    expect(initialValues({ ...weight, name: 'v' }, 1, family).slice(0, 3)).not.toEqual(values.slice(0, 3));
    expect(initialValues(weight, 2, family).slice(0, 3)).not.toEqual(values.slice(0, 3));
  });

  it('come from the quantiles of the normal distribution', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.841344746068543)).toBeCloseTo(1, 12);
    expect(normalQuantile(1e-9)).toBeCloseTo(-5.997807015007686, 9);
  });
});

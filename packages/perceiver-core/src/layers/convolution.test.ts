import * as tf from '@tensorflow/tfjs';
import { jit, selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { bindParameters } from '../parameters/scope.js';
import { batchNormTraining } from './batch-norm.js';
import { type ConvolutionInput, convolution, normedConvolution } from './convolution.js';
import { evaluation } from './run-context.js';

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** One convolution by its definition: stride 1, `(k - 1) / 2` zeros around. */
function defined(x: number[][][], weight: number[][][][]): number[] {
  const [height, width] = [x.length, x[0]!.length];
  const [rows, columns] = [weight[0]![0]!.length, weight[0]![0]![0]!.length];
  const results: number[] = [];
  for (let y = 0; y < height; y++)
    for (let z = 0; z < width; z++)
      for (const filter of weight) {
        let sum = 0;
        filter.forEach((window, channel) => {
          window.forEach((line, i) => {
            line.forEach((value, j) => {
              sum += value * (x[y + i - (rows - 1) / 2]?.[z + j - (columns - 1) / 2]?.[channel] ?? 0);
            });
          });
        });
        results.push(sum);
      }
  return results;
}

describe.each(['cpu', 'onnxruntime'] as const)('convolution on %s', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine, { threads: 1 });
  });

  it.each([[3], [[1, 5]], [[5, 1]]] as [number | [number, number]][])(
    'with a window of %j is the definition',
    async (kernel) => {
      const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
      const x = random([1, 6, 7, 2], 1) as tf.Tensor4D;
      const weight = random([3, 2, height, width], 2) as tf.Tensor4D;
      const run = jit((given: tf.Tensor4D, stored: tf.Tensor4D) =>
        convolution(bindParameters({ weight: stored }), given, 3, { kernel, bias: false }),
      );
      const actual = await run(x, weight);
      const [picture] = (await x.array()) as number[][][][];
      const expected = defined(picture!, (await weight.array()) as number[][][][]);
      const values = await actual.data();
      expect(Math.max(...expected.map((value, i) => Math.abs(value - values[i]!)))).toBeLessThan(1e-5);
      await run.dispose();
    },
  );

  it.each([{}, { padding: 1 }, { padding: 'same' as const }])(
    'of parts is that of them together: %j',
    async (options) => {
      const parts = [random([2, 5, 6, 3], 1), random([1, 5, 6, 4], 2)] as tf.Tensor4D[];
      const whole = tf.concat([parts[0]!, tf.tile(parts[1]!, [2, 1, 1, 1])], 3);
      const parameters = {
        'c.weight': random([2, 7, 3, 3], 3),
        'n.weight': random([2], 4),
        'n.bias': random([2], 5),
        'n.running_mean': random([2], 6),
        'n.running_var': tf.tensor1d([0.5, 2]),
        'n.num_batches_tracked': tf.scalar(0),
      };
      const run = jit((input: ConvolutionInput, weights: Record<string, tf.Tensor>) => {
        const scope = bindParameters(weights);
        return normedConvolution(input, 2, {
          convolution: scope.at('c'),
          norm: scope.at('n'),
          kernel: 3,
          stride: 2,
          activation: 'relu',
          context: evaluation,
          update: () => {},
          ...options,
        });
      });
      const [apart, together] = [await run(parts, parameters), await run(whole, parameters)];
      expect(apart.shape).toEqual(together.shape);
      const [a, b] = [await apart.data(), await together.data()];
      expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-5);
      await run.dispose();
    },
  );
});

describe('batch norm in training', () => {
  it('gives each channel mean 0 and variance 1, and moves the statistics by a tenth', async () => {
    await selectEngine('cpu');
    const x = random([3, 4, 5, 2], 1).mul(3).add(1) as tf.Tensor4D;
    const updated: Record<string, tf.Tensor> = {};
    const scope = bindParameters({
      'n.weight': tf.ones([2]),
      'n.bias': tf.zeros([2]),
      'n.running_mean': tf.tensor1d([1, 2]),
      'n.running_var': tf.tensor1d([3, 4]),
      'n.num_batches_tracked': tf.scalar(6),
    }).at('n');
    const y = batchNormTraining(scope, x, (name, value) => {
      updated[name] = value;
    });
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 5);
    for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 3);
    const own = tf.moments(x, [0, 1, 2]);
    const unbiased = own.variance.dataSync().map((value) => (value * 60) / 59);
    expect(updated['n.running_mean']!.dataSync()[1]).toBeCloseTo(1.8 + 0.1 * own.mean.dataSync()[1]!, 5);
    expect(updated['n.running_var']!.dataSync()[0]).toBeCloseTo(2.7 + 0.1 * unbiased[0]!, 5);
    expect(updated['n.num_batches_tracked']!.dataSync()[0]).toBe(7);
  });
});

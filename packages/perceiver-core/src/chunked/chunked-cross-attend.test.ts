import * as tf from '@tensorflow/tfjs';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossAttend } from '../layers/attention-layer.js';
import { attentionMaskBias } from '../layers/score-bias.js';
import { bindParameters, type Scope } from '../parameters/scope.js';
import { noise, noisyParameters } from '../testing/tensors.js';
import { type ChunkedCrossAttendOptions, chunkedCrossAttend } from './chunked-cross-attend.js';
import { arrayRows } from './row-source.js';

const options = { qkChannels: 10, vChannels: 12, wideningFactor: 2 };
const model = {
  apply: (scope: Scope, { x, inputs }: { x: tf.Tensor3D; inputs: tf.Tensor3D }) =>
    crossAttend(scope.at('layer'), x, inputs, { numHeads: 1, ...options }),
  exampleInputs: () => ({
    x: { shape: [1, 4, 8], dtype: 'float32' },
    inputs: { shape: [1, 9, 20], dtype: 'float32' },
  }),
};

beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
});

const rowsOf = async (values: tf.Tensor3D) => arrayRows((await values.data()) as Float32Array, values.shape);

describe('chunkedCrossAttend over stretches', () => {
  const cases: Partial<ChunkedCrossAttendOptions>[] = [
    { fold: true, residual: true },
    { fold: true, residual: false },
    { fold: false, residual: true },
    { fold: false, numHeads: 2 },
  ];

  it.each(cases)('equals crossAttend over all of them, %o', async (given) => {
    const { fold, ...layerOptions } = { numHeads: 1, ...options, ...given };
    const parameters = noisyParameters(model);
    const x = noise<tf.Tensor3D>([1, 4, 8], 1);
    const [first, second] = [noise<tf.Tensor3D>([2, 9, 13], 2), noise<tf.Tensor3D>([2, 5, 20], 3).mul<tf.Tensor3D>(3)];
    const rest = noise<tf.Tensor1D>([7], 4).sub<tf.Tensor1D>(2);
    const padded = tf.concat([first, tf.tile(rest.reshape<tf.Tensor3D>([1, 1, 7]), [2, 9, 1])], 2);
    const inputs = tf.concat([padded, second], 1);
    const layer = bindParameters(parameters).at('layer');
    const keep = tf.tensor2d(
      Array.from({ length: 28 }, (_, i) => (i % 3 === 0 ? 0 : 1)),
      [2, 14],
    );
    const scoreBias = attentionMaskBias(keep);
    const expected = await crossAttend(layer, x, inputs, { ...layerOptions, scoreBias }).data();
    const stretches = [{ rows: await rowsOf(first), rest }, { rows: await rowsOf(second) }];
    await Promise.all([x, rest, keep, ...Object.values(parameters)].map((tensor) => tensor.data()));
    const mask = (start: number, end: number) => tf.slice(keep, [0, start], [-1, end - start]);
    const attend = chunkedCrossAttend('layer', { ...layerOptions, fold, mask, chunkSize: 4 });
    const before = tf.memory().numTensors;
    const found = await attend(parameters, x, stretches);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(found.shape).toEqual([2, 4, 8]);
    const largest = Math.max(...expected.map(Math.abs));
    (await found.data()).forEach((value, i) => {
      expect(Math.abs(value - expected[i]!) / largest).toBeLessThan(1e-5);
    });
    await attend.dispose();
  });

  it('needs inputs, and stops where asked', async () => {
    const parameters = noisyParameters(model);
    const x = noise<tf.Tensor3D>([1, 4, 8], 1);
    const attend = chunkedCrossAttend('layer', { numHeads: 1, ...options });
    await expect(attend(parameters, x, [])).rejects.toThrow('expected at least one input row, got 0');
    const rows = arrayRows(new Float32Array(40), [1, 2, 20]);
    const beforeChunk = (): void => {
      throw new Error('enough');
    };
    await expect(attend(parameters, x, [{ rows }], { beforeChunk })).rejects.toThrow('enough');
    await attend.dispose();
  });
});

import * as tf from '@tensorflow/tfjs';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrayRows } from '../chunked/row-source.js';
import { crossAttend } from '../layers/attention-layer.js';
import { bindParameters, type Scope } from '../parameters/scope.js';
import { noise, noisyParameters } from '../testing/tensors.js';
import { foldedCrossAttend } from './folded-cross-attend.js';

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

describe('foldedCrossAttend', () => {
  const rowsOf = async (values: tf.Tensor3D) => arrayRows((await values.data()) as Float32Array, values.shape);

  it.each([{ residual: true }, { residual: false }])(
    'equals crossAttend over all stretches, %o',
    async ({ residual }) => {
      const parameters = noisyParameters(model);
      const x = noise<tf.Tensor3D>([1, 4, 8], 1);
      const [first, second] = [
        noise<tf.Tensor3D>([2, 9, 13], 2),
        noise<tf.Tensor3D>([2, 5, 20], 3).mul<tf.Tensor3D>(3),
      ];
      const rest = noise<tf.Tensor1D>([7], 4).sub<tf.Tensor1D>(2);
      const padded = tf.concat([first, tf.tile(rest.reshape<tf.Tensor3D>([1, 1, 7]), [2, 9, 1])], 2);
      const inputs = tf.concat([padded, second], 1);
      const layer = bindParameters(parameters).at('layer');
      const repeated = tf.tile(x, [2, 1, 1]);
      const expected = await crossAttend(layer, repeated, inputs, { numHeads: 1, ...options, residual }).data();
      const stretches = [{ rows: await rowsOf(first), rest }, { rows: await rowsOf(second) }];
      await Promise.all([x, rest, ...Object.values(parameters)].map((tensor) => tensor.data()));
      const before = tf.memory().numTensors;
      const found = await foldedCrossAttend(parameters, 'layer', x, stretches, { ...options, residual, chunkSize: 4 });
      expect(tf.memory().numTensors).toBe(before + 1);
      expect(found.shape).toEqual([2, 4, 8]);
      const largest = Math.max(...expected.map(Math.abs));
      (await found.data()).forEach((value, i) => {
        expect(Math.abs(value - expected[i]!) / largest).toBeLessThan(1e-5);
      });
    },
  );

  it('needs inputs, and stops where asked', async () => {
    const parameters = noisyParameters(model);
    const x = noise<tf.Tensor3D>([1, 4, 8], 1);
    await expect(foldedCrossAttend(parameters, 'layer', x, [], options)).rejects.toThrow('expected inputs, got none');
    const rows = arrayRows(new Float32Array(40), [1, 2, 20]);
    const beforeChunk = (): void => {
      throw new Error('enough');
    };
    await expect(foldedCrossAttend(parameters, 'layer', x, [{ rows }], { ...options, beforeChunk })).rejects.toThrow(
      'enough',
    );
  });
});

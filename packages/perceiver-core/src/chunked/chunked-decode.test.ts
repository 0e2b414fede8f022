import * as tf from '@tensorflow/tfjs';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DecoderConfig, decode } from '../decoder.js';
import { type FoldPlan, planFolds } from '../folded/fold-plan.js';
import { gramRoot } from '../folded/gram-root.js';
import { dense } from '../layers/dense.js';
import { bindParameters, type Scope } from '../parameters/scope.js';
import { noise, noisyParameters } from '../testing/tensors.js';
import {
  type ChunkedDecodeOptions,
  chunkedDecode,
  type DecodeCallOptions,
  type DecodedChunk,
} from './chunked-decode.js';
import { arrayRows, type PaddedRows, type RowSource } from './row-source.js';

const QUERY = 20;
const config: DecoderConfig = { useQueryResidual: false, finalChannels: 6, wideningFactor: 2 };
const model = {
  apply: (scope: Scope, { query, latents }: { query: tf.Tensor3D; latents: tf.Tensor3D }) =>
    dense(scope.at('output'), decode(scope.at('decoder'), query, latents, config), 3),
  exampleInputs: () => ({
    query: { shape: [1, 5, QUERY], dtype: 'float32' },
    latents: { shape: [1, 7, 8], dtype: 'float32' },
  }),
};
const folds: FoldPlan[] = (['query, keys', 'query * keys'] as const).flatMap((scores) =>
  (['values, output', 'values * output', 'output * hidden'] as const).map((attended) => ({ scores, attended })),
);
const plans: NonNullable<ChunkedDecodeOptions['plan']>[] = [...folds, 'none'];

beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
});

async function collect(parts: AsyncGenerator<DecodedChunk>): Promise<number[]> {
  const rows: number[] = [];
  for await (const { start, end, decoded } of parts) {
    expect(decoded.shape[1]).toBe(end - start);
    rows.push(...((await decoded.data()) as Float32Array));
    decoded.dispose();
  }
  return rows;
}

function expectClose(actual: readonly number[], expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(...Array.from(expected, Math.abs));
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!) / largest).toBeLessThan(1e-5);
  });
}

/** All rows, from a decoder that is released afterwards. */
async function decodeAll(
  plan: ChunkedDecodeOptions['plan'],
  parameters: Record<string, tf.Tensor>,
  queries: RowSource | PaddedRows,
  latents: tf.Tensor3D,
  options: DecodeCallOptions = {},
): Promise<number[]> {
  const decoder = chunkedDecode('decoder', config, { plan });
  const rows = await collect(decoder(parameters, queries, latents, options));
  await decoder.dispose();
  return rows;
}

describe('chunkedDecode', () => {
  it.each(plans)('equals decode, %o', async (plan) => {
    const parameters = noisyParameters(model);
    const query = noise<tf.Tensor3D>([1, 11, QUERY], 4);
    const latents = noise<tf.Tensor3D>([1, 7, 8], 5);
    const expected = await model.apply(bindParameters(parameters), { query, latents }).data();
    const output = {
      weight: parameters['output.weight'] as tf.Tensor2D,
      bias: parameters['output.bias'] as tf.Tensor1D,
    };
    const source = arrayRows((await query.data()) as Float32Array, [1, 11, QUERY]);
    expectClose(await decodeAll(plan, parameters, source, latents, { output, chunkSize: 4 }), expected);
  });

  it.each(plans)('takes channels that all rows share once, %o', async (plan) => {
    const parameters = noisyParameters(model);
    const varying = noise<tf.Tensor3D>([1, 6, 12], 6);
    const rest = noise<tf.Tensor1D>([QUERY - 12], 7).add<tf.Tensor1D>(1);
    const latents = noise<tf.Tensor3D>([2, 7, 8], 8);
    const query = tf.concat([varying, tf.tile(rest.reshape<tf.Tensor3D>([1, 1, -1]), [1, 6, 1])], 2);
    const expected = decode(bindParameters(parameters).at('decoder'), query, latents, config);
    const rows = arrayRows((await varying.data()) as Float32Array, [1, 6, 12]);
    expectClose(await decodeAll(plan, parameters, { rows, rest }, latents), await expected.data());
  });

  it('decodes with several heads and with a query residual', async () => {
    for (const changes of [{ numHeads: 2 }, { useQueryResidual: true }, { finalChannels: undefined }]) {
      const changed: DecoderConfig = { ...config, ...changes };
      const other = {
        ...model,
        apply: (scope: Scope, { query, latents }: { query: tf.Tensor3D; latents: tf.Tensor3D }) =>
          decode(scope.at('decoder'), query, latents, changed),
      };
      const parameters = noisyParameters(other);
      const query = noise<tf.Tensor3D>([2, 11, QUERY], 4);
      const latents = noise<tf.Tensor3D>([2, 7, 8], 5);
      const expected = other.apply(bindParameters(parameters), { query, latents });
      const source = arrayRows((await query.data()) as Float32Array, [2, 11, QUERY]);
      const decoder = chunkedDecode('decoder', changed);
      const pieces: tf.Tensor3D[] = [];
      for await (const { start, end, decoded } of decoder(parameters, source, latents, { chunkSize: 4 })) {
        expect(decoded.shape).toEqual([2, end - start, changed.finalChannels ?? QUERY]);
        pieces.push(decoded);
      }
      expectClose(Array.from(await tf.concat(pieces, 1).data()), await expected.data());
      await decoder.dispose();
    }
  });

  it.each(['onnxruntime', 'cpu'] as const)('leaves nothing behind and its parameters alone, %s', async (engine) => {
    await selectEngine(engine, engine === 'cpu' ? {} : { threads: 1 });
    const parameters = noisyParameters(model);
    const source = arrayRows(new Float32Array(6 * QUERY).fill(0.5), [1, 6, QUERY]);
    const latents = noise<tf.Tensor3D>([1, 7, 8], 5);
    await Promise.all(Object.values(parameters).map((tensor) => tensor.data()));
    await latents.data();
    const before = tf.memory().numTensors;
    for (const plan of [...plans, undefined]) {
      const values = await decodeAll(plan, parameters, source, latents);
      expect(values.length).toBe(6 * 6);
      expect(tf.memory().numTensors).toBe(before);
    }
    expect(Object.values(parameters).some(({ isDisposed }) => isDisposed)).toBe(false);
    await selectEngine('onnxruntime', { threads: 1 });
  });

  it('takes other weights and latents in the next call', async () => {
    const source = arrayRows((await noise<tf.Tensor3D>([1, 6, QUERY], 4).data()) as Float32Array, [1, 6, QUERY]);
    const decoder = chunkedDecode('decoder', config, { plan: { scores: 'query * keys', attended: 'output * hidden' } });
    for (const seed of [1, 2]) {
      const parameters = noisyParameters(model, seed);
      for (const latents of [noise<tf.Tensor3D>([1, 7, 8], seed), noise<tf.Tensor3D>([1, 7, 8], seed + 5)]) {
        const query = await source.rows(0, 6);
        const expected = decode(bindParameters(parameters).at('decoder'), query, latents, config);
        expectClose(await collect(decoder(parameters, source, latents)), await expected.data());
      }
    }
    await decoder.dispose();
  });

  it('refuses to fold decoders that it cannot fold, and missing parameters', async () => {
    const plan = folds[0];
    for (const changes of [{ numHeads: 2 }, { useQueryResidual: true }, { finalChannels: undefined }]) {
      expect(() => chunkedDecode('decoder', { ...config, ...changes }, { plan })).toThrow('a decoder of one head');
    }
    const source = arrayRows(new Float32Array(QUERY), [1, 1, QUERY]);
    const latents = noise<tf.Tensor3D>([1, 7, 8], 5);
    const elsewhere = chunkedDecode('elsewhere', config);
    await expect(elsewhere(noisyParameters(model), source, latents).next()).rejects.toThrow(
      'expected a parameter elsewhere.decoding_cross_attention',
    );
  });
});

describe('planFolds', () => {
  const plan = (rows: number, numLatents: number, rowChannels: number, queryChannels: number, qkChannels: number) =>
    planFolds({
      ...{ rows, numLatents, rowChannels, queryChannels, qkChannels },
      vChannels: qkChannels,
      hiddenChannels: queryChannels,
    });

  it('takes the least work', () => {
    // Released sizes: video of the autoencoder, its label, optical flow; then many latents of few channels.
    expect(plan(802_816, 784, 195, 1026, 512)).toEqual({ scores: 'query * keys', attended: 'output * hidden' });
    expect(plan(1, 784, 1024, 1026, 512)).toEqual({ scores: 'query, keys', attended: 'values, output' });
    expect(plan(182_528, 2048, 322, 322, 512)).toEqual({ scores: 'query * keys', attended: 'values * output' });
    expect(plan(182_528, 2048, 322, 322, 32)).toEqual({ scores: 'query, keys', attended: 'output * hidden' });
  });
});

describe('gramRoot', () => {
  const lengths = (a: Float64Array, rows: number, columns: number, z: readonly number[]) => {
    const length = (matrix: Float64Array, count: number) => {
      let total = 0;
      for (let row = 0; row < count; row++)
        total += z.reduce((sum, value, i) => sum + matrix[row * columns + i]! * value, 0) ** 2;
      return Math.sqrt(total);
    };
    return [length(gramRoot(a, rows, columns), columns), length(a, rows)] as const;
  };

  it('keeps lengths', () => {
    const a = Float64Array.from({ length: 9 * 4 }, (_, i) => Math.sin(i * i));
    const [found, expected] = lengths(a, 9, 4, [0.3, -2, 1, 0.7]);
    expect(found).toBeCloseTo(expected, 12);
    expect(Array.from(gramRoot(Float64Array.of(3, 4), 2, 1))).toEqual([5]);
  });

  it('keeps them where columns depend on each other, or are 0', () => {
    const a = Float64Array.from({ length: 6 * 4 }, (_, i) => [1, 2, 0, 3][i % 4]! * Math.cos(Math.floor(i / 4)));
    const [found, expected] = lengths(a, 6, 4, [0.3, -2, 1, 0.7]);
    expect(found).toBeCloseTo(expected, 12);
    expect(gramRoot(new Float64Array(4), 2, 2)).toEqual(new Float64Array(4));
  });
});

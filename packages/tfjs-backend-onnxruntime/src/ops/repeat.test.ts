import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentBackend } from '../backend.js';
import { collectGraph, isSmall } from '../graph/collect.js';
import { jit } from '../jit.js';
import { selectEngine } from '../select-engine.js';
import { trace } from '../trace.js';
import { layerNorm } from './layer-norm.js';
import { linear } from './linear.js';
import { repeat } from './repeat.js';

const numbers = async (tensor: tf.Tensor) => Array.from(await tensor.data());

describe.each(['onnxruntime', 'cpu'] as const)('repeat on %s', (engine) => {
  beforeAll(() => selectEngine(engine, { threads: 1 }));

  it('applies a function so often, with values from outside', async () => {
    const f = jit((x: tf.Tensor, step: tf.Tensor) => repeat(5, (y) => y.mul(2).add(step.square()), x));
    // y -> 2 y + 9 five times from 1: 32 + 9 * 31.
    expect(await numbers(await f(tf.tensor1d([1, 0]), tf.scalar(3)))).toEqual([32 + 279, 279]);
  });

  it('gives the same as the function written out, constants included', async () => {
    const weight = tf.randomNormal([6, 6], 0, 1, 'float32', 1) as tf.Tensor2D;
    const [scale, offset] = [tf.ones([6]), tf.zeros([6])] as [tf.Tensor1D, tf.Tensor1D];
    const block = (w: tf.Tensor2D) => (y: tf.Tensor) => y.add(linear(layerNorm(y, scale, offset), w).relu());
    const x = tf.randomNormal([2, 3, 6], 0, 1, 'float32', 2);
    const looped = jit((w: tf.Tensor2D, x: tf.Tensor) => repeat(4, block(w), x), { constants: [0] });
    const unrolled = jit((w: tf.Tensor2D, x: tf.Tensor) => {
      let y = x;
      for (let i = 0; i < 4; i++) y = block(w)(y);
      return y;
    });
    const [a, b] = [await numbers(await looped(weight, x)), await numbers(await unrolled(weight, x))];
    a.forEach((value, i) => {
      expect(value).toBeCloseTo(b[i]!, 5);
    });
  });

  it('is differentiable', async () => {
    const f = jit((x: tf.Tensor) => tf.grad((x) => repeat(3, (y) => y.square(), x).sum())(x));
    expect(await numbers(await f(tf.tensor1d([2])))).toEqual([8 * 2 ** 7]);
  });

  it('takes no turn, or a turn that does not use its argument', async () => {
    const f = jit((x: tf.Tensor, y: tf.Tensor) => [repeat(0, (z) => z.add(1), x), repeat(3, () => y.mul(2), x)]);
    const [none, same] = await f(tf.scalar(1), tf.scalar(4));
    expect([...(await numbers(none!)), ...(await numbers(same!))]).toEqual([1, 8]);
  });
});

describe('the compiled graph', () => {
  beforeAll(() => selectEngine('onnxruntime', { threads: 1 }));

  it('does not grow with the number of turns, and makes outside what does not change', () => {
    const nodesOf = (turns: number) => {
      const f = (x: tf.Tensor, y: tf.Tensor) => repeat(turns, (z) => z.mul(y.exp()).add(1), x);
      const args = [tf.ones([3]), tf.ones([3])];
      const traced = trace(currentBackend()!, f as never, args, { name: 'f', portable: false });
      const { record } = collectGraph({ name: 'f', inputs: traced.inputs, outputs: traced.outputs, embed: isSmall });
      return record.nodes;
    };
    const nodes = nodesOf(100);
    expect(nodes.map(({ op }) => op).sort()).toEqual(['Exp', 'Loop']);
    const { body } = nodes.find(({ op }) => op === 'Loop')!;
    expect(body!.nodes.map(({ op }) => op)).toEqual(['Identity', 'Mul', 'Add']);
  });

  it('refuses another shape', async () => {
    const f = jit((x: tf.Tensor) => repeat(2, (y) => y.concat(y), x));
    await expect(f(tf.ones([2]))).rejects.toThrow('repeat: expected float32 [2] again, got float32 [4]');
  });
});

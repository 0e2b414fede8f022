import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aliasViews } from './alias-views.js';
import { KernelMissingError, UnsupportedError } from './errors.js';
import { jit } from './jit.js';
import { mapTensor } from './map-tensor.js';
import { selectEngine } from './select-engine.js';

const numbers = async (tensor: tf.Tensor) => Array.from(await tensor.data());

describe.each(['onnxruntime', 'cpu'] as const)('jit on %s', (engine) => {
  beforeAll(() => selectEngine(engine, { threads: 1 }));
  afterEach(() => tf.disposeVariables());

  it('takes and gives nested records and arrays, with static values beside tensors', async () => {
    const f = jit(({ a, list }: { a: tf.Tensor; list: tf.Tensor[] }, factor: number) => ({
      sum: a.add(list[0]!).mul(factor),
      nested: { pair: [list[1]!.neg(), a] },
    }));
    const args = { a: tf.tensor1d([1, 2]), list: [tf.scalar(10), tf.tensor1d([3], 'int32')] };
    const result = await f(args, 2);
    expect(await numbers(result.sum)).toEqual([22, 24]);
    expect(await numbers(result.nested.pair[0]!)).toEqual([-3]);
    expect(await numbers(result.nested.pair[1]!)).toEqual([1, 2]);
    expect(await numbers((await f(args, 3)).sum)).toEqual([33, 36]);
  });

  it('computes gradients inside', async () => {
    const f = jit((x: tf.Tensor, y: tf.Tensor) =>
      tf.valueAndGrads((x: tf.Tensor, y: tf.Tensor) => x.mul(y).square().sum())([x, y]),
    );
    const { value, grads } = await f(tf.tensor1d([1, 2]), tf.tensor1d([3, 4]));
    expect(await numbers(value)).toEqual([9 + 64]);
    expect(await numbers(grads[0]!)).toEqual([18, 64]);
    expect(await numbers(grads[1]!)).toEqual([6, 32]);
  });

  it('reads mapped tensors that are plain arguments, also beside donated ones', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'mapped-')), 'numbers');
    writeFileSync(path, Float32Array.of(7, 1, 2));
    const f = jit((x: tf.Tensor, y: tf.Tensor) => x.add(y), { donate: [0] });
    const y = await mapTensor({ path, byteOffset: 4, byteLength: 8 }, [2]);
    expect(await numbers(await f(tf.ones([2]).mul(10), y))).toEqual([11, 12]);
    expect(await numbers(await f(tf.tensor1d([3, 4]), y))).toEqual([4, 6]);
    rmSync(dirname(path), { recursive: true });
  });

  it('disposes donated tensors and leaves nothing behind', async () => {
    const f = jit((x: tf.Tensor, y: tf.Tensor) => x.add(y), { donate: [0] });
    const y = tf.ones([3]);
    let x = tf.zeros([3]);
    await f(x.clone(), y);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) x = await f(x, y);
    expect(tf.memory().numTensors).toBe(before);
    expect(await numbers(x)).toEqual([5, 5, 5]);
  });

  it('accepts a result that is an argument, a constant, or the same tensor twice', async () => {
    const f = jit((x: tf.Tensor) => {
      const y = x.add(1);
      return { x, y, again: y, constant: tf.scalar(7) };
    });
    const result = await f(tf.tensor1d([1, 2]));
    expect(await numbers(result.x)).toEqual([1, 2]);
    expect(await numbers(result.y)).toEqual([2, 3]);
    expect(await numbers(result.again)).toEqual([2, 3]);
    expect(await numbers(result.constant)).toEqual([7]);
  });
});

describe('the compiling engine', () => {
  beforeAll(() => selectEngine('onnxruntime', { threads: 1 }));

  it('traces once per signature', async () => {
    let traces = 0;
    const f = jit((x: tf.Tensor) => {
      traces++;
      return x.mul(2);
    });
    await f(tf.ones([2]));
    await f(tf.zeros([2]));
    expect(traces).toBe(1);
    await f(tf.ones([3]));
    await f(tf.ones([2], 'int32'));
    expect(traces).toBe(3);
  });

  it('names the function whose traced data is read', async () => {
    const f = jit(function branching(x: tf.Tensor) {
      return x.dataSync()[0]! > 0 ? x : x.neg();
    });
    await expect(f(tf.ones([1]))).rejects.toThrow(UnsupportedError);
    await expect(f(tf.ones([1]))).rejects.toThrow(/'branching' was being compiled/);
  });

  it('names a missing kernel and who called it', async () => {
    const f = jit((x: tf.Tensor) => tf.unique(x).values);
    await expect(f(tf.ones([3]))).rejects.toThrow(KernelMissingError);
    await expect(f(tf.ones([3]))).rejects.toThrow(/'Unique'.*jit\.test/);
  });

  it('says what to do instead of a synchronous read', () => {
    expect(() => tf.ones([2]).add(1).dataSync()).toThrow(/await tensor\.data\(\)/);
  });

  it('refuses tensors of another trace', async () => {
    let leaked: tf.Tensor | undefined;
    await jit((x: tf.Tensor) => {
      leaked = tf.keep(x.add(1));
      return x;
    })(tf.ones([1]));
    await expect(jit((x: tf.Tensor) => x.add(leaked!))(tf.ones([1]))).rejects.toThrow(/another jit call/);
  });

  it('writes donated buffers in place, seen through aliased views', async () => {
    const flat = tf.tensor1d([1, 2, 3, 4, 5, 6]);
    const views = aliasViews(flat, [
      { name: 'a', shape: [2] },
      { name: 'b', shape: [2, 2] },
    ]);
    const update = jit((p: tf.Tensor) => p.mul(2).sub(1), { donate: [0] });
    const updated = await update(flat);
    expect(await numbers(updated)).toEqual([1, 3, 5, 7, 9, 11]);
    expect(await numbers(views.b!)).toEqual([5, 7, 9, 11]);
  });

  it('does not write in place what is still read', async () => {
    // The product reads all of x for each number of the result.
    const f = jit((x: tf.Tensor2D) => x.matMul(x).add(x), { donate: [0] });
    let x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    x = (await f(x)) as tf.Tensor2D;
    expect(await numbers(x)).toEqual([8, 12, 18, 26]);
    x = (await f(x)) as tf.Tensor2D;
    expect(await numbers(x)).toEqual([288, 420, 630, 918]);
  });

  it('computes what is pending on a buffer before it is overwritten', async () => {
    const x = tf.tensor1d([1, 2]);
    const pending = x.mul(10);
    const f = jit((x: tf.Tensor) => x.add(1), { donate: [0] });
    await f(x);
    expect(await numbers(pending)).toEqual([10, 20]);
  });

  it('reads copies: a later update does not change what was read', async () => {
    const f = jit((x: tf.Tensor) => x.add(1), { donate: [0] });
    const x = tf.tensor1d([1, 2]);
    const read = await x.data();
    await f(x);
    expect(Array.from(read)).toEqual([1, 2]);
  });

  it('bakes constants into the graph', async () => {
    const f = jit((w: tf.Tensor2D, x: tf.Tensor2D) => x.matMul(w), { constants: [0] });
    const large = tf.tensor2d(new Float32Array(256 * 256).fill(0.5), [256, 256]);
    expect((await numbers(await f(large, tf.ones([1, 256]))))[7]).toBe(128);
    expect((await numbers(await f(tf.ones([256, 256]), tf.ones([1, 256]))))[7]).toBe(256);
  });

  it('keeps memory and tensors level over 1,000 training steps, state in four times the parameters', async () => {
    const size = 200_000;
    type State = { p: tf.Tensor; m: tf.Tensor; v: tf.Tensor };
    const gradient = jit(
      (p: tf.Tensor, x: tf.Tensor, _destination: tf.Tensor) => {
        const { value, grads } = tf.valueAndGrads((p: tf.Tensor) => p.mul(x).square().mean())([p]);
        return { loss: value, gradient: grads[0]! };
      },
      { donate: [2] },
    );
    const update = jit(
      ({ p, m, v }: State, g: tf.Tensor) => {
        const nextM = m.mul(0.9).add(g.mul(0.1));
        const nextV = v.mul(0.99).add(g.square().mul(0.01));
        return { p: p.sub(nextM.div(nextV.sqrt().add(1e-8)).mul(1e-3)), m: nextM, v: nextV };
      },
      { donate: [0] },
    );
    const flat = () => tf.tensor1d(new Float32Array(size).fill(0.1)) as tf.Tensor;
    let state: State = { p: flat(), m: tf.tensor1d(new Float32Array(size)), v: tf.tensor1d(new Float32Array(size)) };
    let destination: tf.Tensor = tf.tensor1d(new Float32Array(size));
    const x = flat();
    const step = async () => {
      const { loss, gradient: g } = await gradient(state.p, x, destination);
      state = await update(state, g);
      destination = g;
      loss.dispose();
    };
    const used = () => {
      globalThis.gc?.();
      const { external, heapUsed, arrayBuffers } = process.memoryUsage();
      return { bytes: external + heapUsed, arrayBuffers };
    };
    for (let i = 0; i < 20; i++) await step();
    const before = used();
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 1000; i++) await step();
    const after = used();
    expect(tf.memory().numTensors).toBe(tensors);
    // One lost buffer a step would be 800 MB; the bound is ten buffers' worth of garbage not yet collected.
    expect(after.bytes - before.bytes).toBeLessThan(10 * size * 4);
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../byte-source.js';
import { CheckpointError, CheckpointFormatError } from '../errors.js';
import { openSafetensors } from '../safetensors/open-safetensors.js';
import { toFloat32 } from '../tensors/to-float32.js';
import { openPyTorch, readPyTorch } from './read-pytorch.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));

describe('openPyTorch', () => {
  it.each([
    ['tensors.pt', 'tensors.safetensors'],
    ['legacy.pt', 'tensors.safetensors'],
    ['state-dict.bin', 'state-dict.safetensors'],
    ['lightning.ckpt', 'lightning.safetensors'],
  ])('reads %s as PyTorch does', async (file, expectedFile) => {
    const reader = await openPyTorch(testdata(file));
    const expected = await openSafetensors(testdata(expectedFile));
    expect([...reader.tensors.keys()].sort()).toEqual([...expected.tensors.keys()].sort());
    for (const name of expected.tensors.keys()) {
      const tensor = await expected.read(name);
      expect(await reader.read(name), name).toEqual(tensor);
      const floats = new Float32Array(tensor.data.length);
      await reader.readInto(name, floats);
      expect(floats, name).toEqual(toFloat32(tensor));
    }
    await reader.close();
    await expected.close();
  });

  it('gives byte offsets for memory mapping, and strides only for views that need them', async () => {
    const path = testdata('tensors.pt');
    const reader = await openPyTorch(path);
    const { byteOffset, byteLength, strides } = reader.tensors.get('row')!;
    const bytes = new Uint8Array(readFileSync(path).subarray(byteOffset, byteOffset + byteLength));
    expect(new Float32Array(bytes.buffer)).toEqual((await reader.read('row')).data);
    expect(strides).toBeUndefined();
    expect(reader.tensors.get('transposed')!.strides).toEqual([1, 6]);
    expect(reader.tensors.get('base')!.byteOffset % 64).toBe(0);
    await reader.close();
  });

  it('keeps all else that a Lightning checkpoint holds as plain values', async () => {
    const reader = await openPyTorch(testdata('lightning.ckpt'));
    const contents = reader.contents as Map<string, unknown>;
    expect(contents.get('global_step')).toBe(12345678901);
    expect(contents.get('big')).toBe(2n ** 70n);
    expect(contents.get('size')).toEqual([2, 3]);
    expect(contents.get('set')).toEqual(new Set([1, 2]));
    expect(contents.get('hyper_parameters')).toEqual(
      new Map<string, unknown>([
        ['num_latents', 8],
        ['dropout', 0.1],
        ['name', 'Perceiver é'],
        ['shape', [2, 3]],
        ['none', null],
        ['on', true],
      ]),
    );
    await reader.close();
  });

  it('opens another part of the file by key', async () => {
    const reader = await openPyTorch(testdata('lightning.ckpt'), { key: 'optimizer_states' });
    expect([...reader.tensors.keys()]).toContain('0.state.0.exp_avg');
    await reader.close();
    await expect(openPyTorch(testdata('lightning.ckpt'), { key: 'ema' })).rejects.toThrow(/no entry ema; it has epoch/);
  });

  it('refuses other classes by name, or keeps them as inert records when asked to', async () => {
    const path = testdata('namespace.ckpt');
    await expect(openPyTorch(path)).rejects.toThrow(/refuses argparse\.Namespace/);
    const reader = await openPyTorch(path, { unknownGlobals: 'opaque' });
    expect((await reader.read('w')).data).toEqual(Float32Array.of(1, 1));
    expect((reader.contents as Map<string, unknown>).get('hparams')).toMatchObject({
      opaque: 'argparse.Namespace',
      state: new Map([['lr', 0.1]]),
    });
    await reader.close();
  });

  it.each([
    ['hostile.pt', /refuses (posix|os)\.system/],
    ['compressed.pt', /is compressed/],
    ['README.md', /zip: End of central directory/],
  ])('refuses %s', async (file, message) => {
    await expect(openPyTorch(testdata(file))).rejects.toThrow(CheckpointFormatError);
    await expect(openPyTorch(testdata(file))).rejects.toThrow(message);
  });

  it.each(['state-dict.bin', 'legacy.pt'])('refuses %s truncated at any byte', async (file) => {
    const bytes = new Uint8Array(readFileSync(testdata(file)));
    for (let length = 0; length < bytes.length; length += 13) {
      await expect(readPyTorch(bytesSource(bytes.subarray(0, length)))).rejects.toThrow(CheckpointError);
    }
  });
});

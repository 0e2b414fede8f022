import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointFormatError, CheckpointNotFoundError } from '../errors.js';
import { writeSafetensors } from '../safetensors/write-safetensors.js';
import { loadPretrained } from './load-pretrained.js';
import { readAllFloat32 } from './read-all.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load pretrained-'));
  const weight = { dtype: 'F32', shape: [3], data: Float32Array.of(1, 2, 3) } as const;
  await writeSafetensors(join(directory, 'model'), { weight });
});
afterEach(() => rm(directory, { recursive: true }));

describe('from local files', () => {
  it('opens a directory, and a file in it', async () => {
    await writeFile(join(directory, 'config.json'), '{"model_type":"perceiver","d_latents":8}');
    await copyFile(join(directory, 'model'), join(directory, 'weights.safetensors'));
    for (const path of [directory, join(directory, 'weights.safetensors'), join(directory, 'model')]) {
      const { config, weights, commit } = await loadPretrained(path);
      expect(config).toEqual({ model_type: 'perceiver', d_latents: 8 });
      expect(weights.tensors.get('weight')!.shape).toEqual([3]);
      expect(commit).toBeUndefined();
      await weights.close();
    }
    await writeFile(join(directory, 'config.json'), '{"a": NaN}');
    await expect(loadPretrained(directory)).rejects.toThrow(CheckpointFormatError);
  });

  it('gives other files: those that are asked for, and of optional ones what is there', async () => {
    for (const name of ['config.json', 'model.safetensors', 'vocab.txt'])
      await copyFile(join(directory, 'model'), join(directory, name));
    await writeFile(join(directory, 'config.json'), '{}');
    const { files, weights } = await loadPretrained(directory, { optionalFiles: ['tokenizer.json', 'vocab.txt'] });
    expect([...files]).toEqual([['vocab.txt', join(directory, 'vocab.txt')]]);
    await weights.close();
    await expect(loadPretrained(directory, { files: ['tokenizer.json'] })).rejects.toThrow('no file tokenizer.json');
  });

  it('asks which weights when there are several, and says what is missing', async () => {
    await copyFile(testdata('tensors.pt'), join(directory, 'a.pt'));
    await copyFile(testdata('lightning.ckpt'), join(directory, 'b.ckpt'));
    await expect(loadPretrained(directory)).rejects.toThrow(/which weights\? Say `weights: 'a\.pt'`/);
    const { weights, config } = await loadPretrained(directory, { weights: 'b.ckpt' });
    expect(config).toBeUndefined();
    expect(weights.tensors.has('model.0.weight')).toBe(true);
    await weights.close();
    await expect(loadPretrained(join(directory, 'absent.bin'))).rejects.toThrow(/no such file or directory/);
    await expect(loadPretrained(testdata('.'), { weights: 'x' })).rejects.toThrow(CheckpointNotFoundError);
  });

  it('opens shards, and refuses an index that climbs out, or promises what is not there', async () => {
    const one = { dtype: 'F16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) } as const;
    await writeSafetensors(join(directory, 'one.safetensors'), { a: one });
    await writeSafetensors(join(directory, 'two.safetensors'), { b: { ...one, data: Uint16Array.of(0, 0x3c00) } });
    const index = (map: unknown) =>
      writeFile(join(directory, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    await index({ b: 'two.safetensors', a: 'one.safetensors' });
    const { weights } = await loadPretrained(directory);
    expect([...weights.tensors.keys()]).toEqual(['b', 'a']);
    expect(weights.files).toHaveLength(2);
    const { buffer, tensors } = await readAllFloat32(weights);
    expect(buffer).toEqual(Float32Array.of(0, 1, 1, -2));
    expect(tensors.get('a')).toEqual(Float32Array.of(1, -2));
    const given = new Float32Array(3);
    await readAllFloat32(weights, { names: ['a'], buffer: given });
    expect(given).toEqual(Float32Array.of(1, -2, 0));
    await expect(readAllFloat32(weights, { buffer: given })).rejects.toThrow(/at least 4 elements, got 3/);
    await weights.close();
    for (const map of [
      { a: '../one.safetensors' },
      { a: '/etc/passwd' },
      { a: 1 },
      [],
      null,
      { c: 'one.safetensors' },
    ]) {
      await index(map);
      await expect(loadPretrained(directory)).rejects.toThrow(CheckpointFormatError);
    }
    await index({ a: 'three.safetensors' });
    await expect(loadPretrained(directory)).rejects.toThrow(CheckpointNotFoundError);
  });
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callBenchmark } from '../testing/call-benchmark.js';
import { computeFigures, imageNetRows } from './imagenet-rows.js';

const call = (...args: string[]) => callBenchmark('imagenet-table', ...args);

describe('the ImageNet rows', () => {
  it.each(imageNetRows.map((row) => [row.name, row] as const))(
    '%s: figures near those that the papers state',
    (_, row) => {
      const { params, flops } = computeFigures(row);
      const { paper } = row;
      if (paper.params !== undefined) expect(Math.abs(params / 1e6 / paper.params - 1)).toBeLessThan(0.005);
      if (paper.flops !== undefined) expect(Math.abs(flops / 1e9 / paper.flops - 1)).toBeLessThan(0.01);
      expect(params).toBeGreaterThan(1e6);
      expect(flops).toBeGreaterThan(1e9);
    },
  );
});

describe('benchmark imagenet-table', () => {
  it('prints and writes the table, every figure marked with where it comes from', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imagenet-table-'));
    const file = join(folder, 'new', 'table.json');
    const { code, stdout, stderr } = await call('--out', file);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n\n')[0]!.split('\n').slice(2);
    expect(lines).toHaveLength(imageNetRows.length);
    for (const line of lines) {
      const cells = line
        .split('|')
        .slice(3, -1)
        .map((cell) => cell.trim());
      for (const cell of cells) expect(cell).toMatch(/ [cp]$|^needs weights$|^not stated$|^$/);
    }
    const written = JSON.parse(await readFile(file, 'utf8'));
    expect(written[5]).toMatchObject({ name: 'Perceiver, Fourier features', computed: { params: 44_912_254 } });
    await rm(folder, { recursive: true });
  });

  it('says what is wrong with a line', async () => {
    expect(await call('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--out FILE') });
    expect(await call('--steps')).toMatchObject({ code: 2 });
  });
});

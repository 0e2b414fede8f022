import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declareParameters, parameterCount } from 'perceiver-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callBenchmark } from '../testing/call-benchmark.js';
import { ablations } from './ablations.js';

const data = '../shared/data/image/fashion-mnist';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-ablations-'));
});
afterAll(() => rm(folder, { recursive: true }));

const call = (...args: string[]) => callBenchmark('image-ablations', ...args);

describe('the ablations', () => {
  it('differ in what they are named after alone', () => {
    const count = (name: string) =>
      parameterCount(declareParameters(ablations.find((ablation) => ablation.name === name)!.model()));
    const fourier = count('fourier');
    expect([count('fourier-permuted'), count('none')]).toEqual([fourier, fourier]);
    // Positions of 196 pixels x 34 channels are weights, and no channel is the pixel's own coordinate.
    expect(count('learned')).toBe(fourier + 196 * 34);
    expect(count('unshared')).toBeGreaterThan(2 * fourier);
  });
});

describe('benchmark image-ablations', () => {
  it.skipIf(!existsSync(data))('prints the same table again from the finished runs', async () => {
    const out = join(folder, 'table.jsonl');
    const options = ['--steps', '2', '--seeds', '2', '--batch', '4', '--evaluated', '50', '--data', data, '--out', out];
    const first = await call('none', 'convolution', ...options);
    expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/none, seed 0: \d+\.\d\d%, \d+ s/) });
    expect(first.stdout.split('\n')[2]).toMatch(/^\| none .*\| as they are \| shared +\| +[\d,]+ \| +\d+\.\d% ± \d/);
    const before = await readFile(out, 'utf8');
    const again = await call('none', 'convolution', ...options);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr.match(/finished earlier/g)).toHaveLength(4);
    // A lost run is made again and gives the same.
    await writeFile(out, `${before.trim().split('\n').slice(0, 3).join('\n')}\n`);
    await call('none', 'convolution', ...options);
    const figures = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map((run) => ({ ...run, figures: { ...run.figures, seconds: 0 } }));
    expect(figures(await readFile(out, 'utf8'))).toEqual(figures(before));
  });

  it('says what is wrong with a line', async () => {
    expect(await call('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--seeds N') });
    expect(await call('fourrier')).toMatchObject({ code: 2, stderr: expect.stringContaining('fourier') });
    expect(await call('--steps', '0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected a whole number from 1, got 0'),
    });
  });
});

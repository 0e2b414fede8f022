import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declareParameters, parameterCount } from 'perceiver-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callBenchmark } from '../testing/call-benchmark.js';
import { ablations } from './ablations.js';
import { openFinishedRuns } from './finished-runs.js';
import { spreadOf } from './format-ablations.js';

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

  it('have mean and spread', () => {
    expect(spreadOf([0.5])).toBe('50.0%');
    expect(spreadOf([0.7, 0.8, 0.9])).toBe('80.0% ± 10.0');
  });
});

describe('finished runs', () => {
  const run = { ablation: 'none', seed: 1, data: 'x', steps: 5, batchSize: 2, evaluated: 10 };
  const figures = { parameters: 7, accuracy: 0.5, trainAccuracy: 0.25, loss: 2, seconds: 3 };

  it('are found by their settings, and a torn line is forgotten', async () => {
    const path = join(folder, 'new', 'runs.jsonl');
    await (await openFinishedRuns(path)).add({ ...run, ...figures });
    await appendFile(path, '{"ablation":"none","seed":2,');
    const again = await openFinishedRuns(path);
    expect(again.find(run)).toEqual({ ...run, ...figures });
    expect(again.find({ ...run, steps: 6 })).toBeUndefined();
    await again.add({ ...run, seed: 2, ...figures });
    const seeds = (await readFile(path, 'utf8')).trim().split('\n');
    expect(seeds.map((line) => JSON.parse(line).seed)).toEqual([1, 2]);
  });

  it('must be runs', async () => {
    const path = join(folder, 'other.jsonl');
    await writeFile(path, '{"seed":1}\n');
    await expect(openFinishedRuns(path)).rejects.toThrow(`${path}:1: expected a finished run as JSON`);
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
        .map((line) => ({ ...JSON.parse(line), seconds: 0 }));
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

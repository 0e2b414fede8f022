import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishRuns, openFinishedRuns } from './finished-runs.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finished-runs-'));
});
afterAll(() => rm(folder, { recursive: true }));

const plan = (seed: number, settings = { data: 'x', steps: 5 }) => ({ name: 'none', seed, settings });
const figures = { accuracy: 0.5, seconds: 3 };

describe('finished runs', () => {
  it('are found by their settings, in any order, and a torn line is forgotten', async () => {
    const path = join(folder, 'new', 'runs.jsonl');
    await (await openFinishedRuns(path)).add({ ...plan(1), figures });
    await appendFile(path, '{"name":"none","seed":2,');
    const again = await openFinishedRuns(path);
    expect(again.find(plan(1))).toEqual({ ...plan(1), figures });
    expect(again.find({ name: 'none', seed: 1, settings: { steps: 5, data: 'x' } })).toBeDefined();
    for (const other of [plan(2), plan(1, { data: 'x', steps: 6 }), { ...plan(1), name: 'all' }]) {
      expect(again.find(other)).toBeUndefined();
    }
    await again.add({ ...plan(2), figures });
    const seeds = (await readFile(path, 'utf8')).trim().split('\n');
    expect(seeds.map((line) => JSON.parse(line).seed)).toEqual([1, 2]);
  });

  it('must be runs', async () => {
    const path = join(folder, 'other.jsonl');
    await writeFile(path, '{"seed":1}\n');
    await expect(openFinishedRuns(path)).rejects.toThrow(`${path}:1: expected a finished run as JSON`);
  });

  it('are not made again, and none is begun after the minutes are over', async () => {
    const path = join(folder, 'goes on.jsonl');
    await (await openFinishedRuns(path)).add({ ...plan(1), figures });
    const made: number[] = [];
    const said: string[] = [];
    const options = {
      run: async ({ seed }: { seed: number }) => {
        made.push(seed);
        return { accuracy: seed };
      },
      say: (line: string) => void said.push(line),
      describe: ({ figures }: { figures: Readonly<Record<string, number>> }) => String(figures.accuracy),
    };
    await finishRuns(await openFinishedRuns(path), [plan(1), plan(2)], options);
    expect(made).toEqual([2]);
    expect(said).toEqual(['none, seed 1: 0.5, finished earlier', 'none, seed 2: 2, 0 s']);
    await finishRuns(await openFinishedRuns(path), [plan(1), plan(2), plan(3)], { ...options, minutes: 1e-9 });
    expect(made).toEqual([2]);
    expect(said.at(-1)).toContain('the same command goes on');
  });
});

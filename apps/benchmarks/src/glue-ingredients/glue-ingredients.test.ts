import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type FinishedRun, openFinishedRuns } from '../finished-runs/finished-runs.js';
import { callBenchmark } from '../testing/call-benchmark.js';
import { tableRows } from '../testing/table-rows.js';

const folder = mkdtempSync(join(tmpdir(), 'glue-ingredients-'));
afterAll(() => rmSync(folder, { recursive: true }));

const call = (...args: string[]) => callBenchmark('glue-ingredients', ...args);

const run = (seed: number, accuracy: number, name = 'all', settings: FinishedRun['settings'] = {}): FinishedRun => ({
  name,
  seed,
  settings: { 'training.steps': 400, ...settings },
  figures: { accuracy, seconds: 60 },
});

it('prints means, spreads and distances of the runs that are there', async () => {
  const out = join(folder, 'table');
  const finished = await openFinishedRuns(join(out, 'finished.jsonl'));
  const parts = run(0, 0.785, 'no 4-grams', { 'model.wordFeatures': 1 });
  for (const each of [run(0, 0.8), run(1, 0.82), parts, run(0, 0.5, 'all', { 'training.steps': 10 })]) {
    await finished.add(each);
  }
  const { code, stdout } = await call('--data', folder, '--steps', '400', '--table', '--out', out);
  expect(code).toBe(0);
  const rows = tableRows(stdout);
  expect(rows).toContainEqual(['all', '', '400', '2', '81.0', '80.0 to 82.0', '+0.0', '1.0']);
  const expected = ['no 4-grams', '`model.wordFeatures 1`', '400', '1', '78.5', '78.5 to 78.5', '-2.5', '1.0'];
  expect(rows).toContainEqual(expected);
  expect(rows).toContainEqual(['half the steps', '', '200', '0', '', '', '', '']);
});

it('says what is wrong with a line', async () => {
  expect(await call('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--pretrain-steps') });
  expect(await call()).toMatchObject({ code: 2, stderr: expect.stringContaining('--data: expected') });
  expect(await call('--data', folder, '--only', 'magic')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('got magic'),
  });
  expect(await call('--data', folder, '--seeds', '0')).toMatchObject({ code: 2 });
});

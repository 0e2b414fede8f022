import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openFinishedRuns } from '../finished-runs/finished-runs.js';
import { callBenchmark } from '../testing/call-benchmark.js';
import { tableRows } from '../testing/table-rows.js';

const folder = mkdtempSync(join(tmpdir(), 'glue-queries-'));
afterAll(() => rmSync(folder, { recursive: true }));

const call = (...args: string[]) => callBenchmark('glue-queries', ...args);

it('prints means over the seeds that have all their tasks', async () => {
  const out = join(folder, 'table');
  const finished = await openFinishedRuns(join(out, 'finished.jsonl'));
  const settings = (tasks: string) => ({ tasks, 'training.epochs': 2 });
  for (const [seed, cola, rte] of [
    [0, 0.1, 0.5],
    [1, 0.2, 0.6],
  ] as const) {
    await finished.add({
      name: 'single-task cola',
      seed,
      settings: settings('cola'),
      figures: { cola, seconds: 60 },
    });
    await finished.add({ name: 'single-task rte', seed, settings: settings('rte'), figures: { rte, seconds: 30 } });
  }
  // Of the third seed, a task is missing.
  await finished.add({ name: 'single-task rte', seed: 2, settings: settings('rte'), figures: { rte: 1, seconds: 30 } });
  await finished.add({
    name: 'multitask',
    seed: 0,
    settings: settings('cola,rte'),
    figures: { cola: 0.3, rte: 0.5, seconds: 120 },
  });
  const { code, stdout } = await call('--data', folder, '--tasks', 'cola,rte', '--table', '--out', out);
  expect(code).toBe(0);
  const rows = tableRows(stdout);
  expect(rows[0]).toEqual(['', 'CoLA', 'RTE', 'average', 'seeds', 'minutes', 'paper, pre-trained']);
  expect(rows).toContainEqual(['single-task query', '15.0', '55.0', '35.0% ± 7.1', '2', '1.5', '81.0']);
  expect(rows).toContainEqual(['multitask query', '30.0', '50.0', '40.0%', '1', '2.0', '81.8']);
  expect(rows).toContainEqual(['multitask, shared input token', '', '', '', '0', '', '81.5']);
});

it('says what is wrong with a line', async () => {
  expect(await call('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--epochs') });
  expect(await call()).toMatchObject({ code: 2, stderr: expect.stringContaining('--data: expected') });
  expect(await call('--data', folder)).toMatchObject({ code: 2, stderr: expect.stringContaining('folders of tasks') });
  expect(await call('--data', folder, '--tasks', 'sst2,wnli')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('got wnli'),
  });
});

import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { callBenchmark } from '../testing/call-benchmark.js';
import { addCell, type Cell, isSame, readCells } from './cells.js';

const folder = mkdtempSync(join(tmpdir(), 'glue-ingredients-'));
afterAll(() => rmSync(folder, { recursive: true }));

const call = (...args: string[]) => callBenchmark('glue-ingredients', ...args);

const cell = (seed: number, accuracy: number, rest: Partial<Cell> = {}): Cell => ({
  name: 'all',
  seed,
  steps: 400,
  settings: {},
  accuracy,
  seconds: 60,
  ...rest,
});

it('prints means, spreads and distances of the cells that are there', async () => {
  const out = join(folder, 'table');
  const parts = { name: 'no 4-grams', settings: { 'model.wordFeatures': 1 } };
  for (const each of [cell(0, 0.8), cell(1, 0.82), cell(0, 0.785, parts), cell(0, 0.5, { steps: 10 })]) {
    await addCell(join(out, 'cells.jsonl'), each);
  }
  const { code, stdout } = await call('--data', folder, '--steps', '400', '--table', '--out', out);
  expect(code).toBe(0);
  const rows = stdout.split('\n').map((line) =>
    line
      .split('|')
      .map((part) => part.trim())
      .slice(1, -1),
  );
  expect(rows).toContainEqual(['all', '', '400', '2', '81.0', '80.0 to 82.0', '+0.0', '1.0']);
  const expected = ['no 4-grams', '`model.wordFeatures 1`', '400', '1', '78.5', '78.5 to 78.5', '-2.5', '1.0'];
  expect(rows).toContainEqual(expected);
  expect(rows).toContainEqual(['half the steps', '', '200', '0', '', '', '', '']);
});

it('takes a cell for the same run only', () => {
  expect(isSame(cell(0, 0.5), cell(0, 0.7))).toBe(true);
  for (const other of [cell(1, 0.5), cell(0, 0.5, { steps: 1 }), cell(0, 0.5, { settings: { a: 1 } })]) {
    expect(isSame(cell(0, 0.5), other)).toBe(false);
  }
});

it('reads what was written, but for a line that was cut off', async () => {
  const file = join(folder, 'cells.jsonl');
  expect(await readCells(file)).toEqual([]);
  await addCell(file, cell(0, 0.8));
  appendFileSync(file, '{"name":"al');
  expect(await readCells(file)).toEqual([cell(0, 0.8)]);
  await addCell(file, cell(1, 0.9));
  expect(await readCells(file)).toEqual([cell(0, 0.8), cell(1, 0.9)]);
  appendFileSync(file, '{"name":"al\n');
  await expect(readCells(file)).rejects.toThrow(/cells\.jsonl:3: expected a finished cell/);
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

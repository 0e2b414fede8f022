import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readTask } from './read-tasks.js';

const folder = mkdtempSync(join(tmpdir(), 'read-tasks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes `rows` of sentences, with labels or without. */
function write(task: string, split: string, rows: readonly (readonly [string, number?])[]): void {
  mkdirSync(join(folder, task), { recursive: true });
  const header = rows[0]!.length === 2 ? 'sentence\tlabel' : 'sentence';
  writeFileSync(join(folder, task, `${split}.tsv`), `${[header, ...rows.map((row) => row.join('\t'))].join('\n')}\n`);
}

it('measures on a labelled test set where there is no development set', async () => {
  write('SST-2', 'train', [['good', 1]]);
  write('SST-2', 'test', [['bad', 0]]);
  const { development } = await readTask('sst2', folder);
  expect(development).toMatchObject([{ split: 'test', examples: [{ texts: ['bad'], label: 0 }] }]);
});

it('measures on the development set where there is one', async () => {
  write('SST-2', 'dev', [['fine', 1]]);
  const { development, test } = await readTask('sst2', folder);
  expect(development).toMatchObject([{ split: 'dev', examples: [{ texts: ['fine'] }] }]);
  expect(test).toMatchObject([{ split: 'test' }]);
});

it('does not measure on a test set without labels', async () => {
  write('other/SST-2', 'train', [['good', 1]]);
  write('other/SST-2', 'test', [['bad']]);
  await expect(readTask('sst2', join(folder, 'other'))).rejects.toThrow('the dev set of SST-2');
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { formatGlueSubmission } from './format-glue-submission.js';
import { GLUE_TASK_NAMES } from './glue-task.js';
import { glueTasks } from './glue-tasks.js';
import { readGluePredictions } from './read-glue-predictions.js';

const folder = mkdtempSync(join(tmpdir(), 'predictions-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(content: string): string {
  const path = join(folder, 'P.tsv');
  writeFileSync(path, content);
  return path;
}

it.each(GLUE_TASK_NAMES)('reads what is submitted for %s, in any order', async (name) => {
  const { labels } = glueTasks[name];
  const predictions = labels === 'score' ? [0, 2.125, 5] : labels.map((_, index) => index);
  const indices = predictions.map((_, i) => 10 + i);
  const { text } = formatGlueSubmission(name, predictions, { indices });
  const path = write(text);
  expect([...(await readGluePredictions(name, path, indices))]).toEqual(predictions);
  expect([...(await readGluePredictions(name, path, [...indices].reverse()))]).toEqual([...predictions].reverse());
});

it.each([
  ['index\tlabel\n0\t1\n', /P\.tsv:1: expected columns index, prediction, got index, label/],
  ['index\tprediction\n0\t1\n', /P\.tsv: expected 2 predictions, got 1; index 1 has none/],
  ['index\tprediction\n0\t1\n0\t1\n', /P\.tsv:3: expected each index once, got 0 again/],
  ['index\tprediction\n0\t1\n7\t1\n', /P\.tsv:3: expected an index of the examples, got 7/],
  ['index\tprediction\n0\t2\n', /P\.tsv:2: expected a label of 0 \(unacceptable\), 1 \(acceptable\), got "2"/],
  ['index\tprediction\n0\n', /P\.tsv:2: expected 2 values/],
])('names file and line: %j', async (content, message) => {
  await expect(readGluePredictions('cola', write(content), [0, 1])).rejects.toThrow(message);
});

it('takes any finite score', async () => {
  const path = write('index\tprediction\n0\t-0.25\n1\t5.5e0\n');
  expect([...(await readGluePredictions('stsb', path, [0, 1]))]).toEqual([-0.25, 5.5]);
  await expect(readGluePredictions('stsb', write('index\tprediction\n0\tnan\n'), [0])).rejects.toThrow(
    /:2: expected a score, got "nan"/,
  );
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callProgram } from 'perceiver-inference';
import { afterAll, expect, it } from 'vitest';
import { bundledGluePath } from '../glue/bundled-glue.js';
import { program } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'text-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const call = (...args: string[]) => callProgram(program, args);

const random = ['--random-weights', '1', '--engine', 'cpu'];

it('fills masks, as text, as JSON and into a file', async () => {
  const args = ['fill-mask', 'Call me [MASK].', ...random, '--preset', 'tiny', '--bytes-per-mask', '3', '--top-k', '2'];
  const plain = await call(...args);
  expect(plain).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Call me .*\.\n\nmask 1, 3 bytes:\n.*%.*\n.*%.*\n$/s),
  });
  const json = await call(...args, '--json');
  expect(JSON.parse(json.stdout).masks[0].suggestions.length).toBe(2);
  const out = join(folder, 'filled.jsonl');
  expect(await call(...args, '--json', '--out', out)).toMatchObject({ code: 0, stdout: '' });
  expect(readFileSync(out, 'utf8')).toBe(json.stdout);
});

it('generates, the same for the same seed, also from nothing', async () => {
  const args = ['generate', ...random, '--max-new-tokens', '5'];
  const first = await call(...args);
  expect(first.code).toBe(0);
  expect((await call(...args)).stdout).toBe(first.stdout);
  expect((await call('generate', 'Once', ...args.slice(1))).stdout).toMatch(/^Once/);
});

it('ranks lines of a file', async () => {
  const file = join(folder, 'lines.txt');
  writeFileSync(file, 'ten green bottles\n\nred apples\n');
  const args = ['rank', file, '--query', 'red apples', ...random, '--preset', 'tiny', '--batch-size', '2'];
  expect(await call(...args)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^ 1\.0000 {2}3 {2}red apples\n +\S+ {2}1 {2}ten green bottles\nof 2 lines\n$/),
  });
  const json = await call(...args, '--top-k', '1', '--json');
  expect(
    json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ line: 3, text: 'red apples' }]);
  expect(await call('rank', file, ...random)).toMatchObject({ code: 2, stderr: expect.stringContaining('query') });
});

it('scores predictions', async () => {
  const file = join(folder, 'CoLA.tsv');
  writeFileSync(file, 'index\tprediction\n0\t1\n1\t0\n2\t1\n3\t1\n4\t1\n5\t0\n');
  const args = ['glue-score', file, '--task', 'cola', '--data', bundledGluePath()];
  expect(await call(...args)).toMatchObject({ code: 0, stdout: 'CoLA dev, 6 examples\nmatthews  0.7071\n' });
  expect(JSON.parse((await call(...args, '--json')).stdout)).toMatchObject({
    task: 'cola',
    metrics: { matthews: expect.closeTo(Math.SQRT1_2, 12) },
  });
  expect(await call(...args, '--split', 'test')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('expected examples with labels, got a test set without'),
  });
});

it('tells wrong usage (2) from failure (1)', async () => {
  expect(await call('fill-mask', 'x [MASK]')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('got neither'),
  });
  expect(await call('fill-mask')).toMatchObject({ code: 2, stderr: expect.stringContaining('expected a TEXT') });
  expect(await call('fill-msk', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean fill-mask?'),
  });
  const typo = await call('generate', '--temperatur', '1');
  expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean --temperature?') });
  expect(await call('generate', ...random, '--top-k', '0')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--top-k: too small'),
  });
  expect(await call('generate', '--engine', 'gpu')).toMatchObject({ code: 2 });
  const missing = await call('fill-mask', 'x [MASK]', '--model', './nowhere', '--engine', 'cpu');
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere') });
  const maskless = await call('fill-mask', 'x', ...random, '--preset', 'tiny');
  expect(maskless).toMatchObject({ code: 1, stderr: expect.stringContaining('[MASK]') });
});

it('helps', async () => {
  expect(await call('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('fill-mask') });
  const help = await call('generate', '--help');
  expect(help.code).toBe(0);
  expect(help.stdout).toMatch(/--max-new-tokens N +bytes to write \(default 500\)/);
  expect(help.stdout).toMatch(/--model TEXT/);
  expect((await call()).code).toBe(2);
});

it('classifies, one text or two, as the task asks', async () => {
  const one = await call('classify', 'a fine film', ...random);
  expect(one).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ +\d+\.\d% {2}(posi|nega)tive\n.*\n$/s) });
  const pair = await call('classify', 'a', 'b', ...random, '--task', 'mnli', '--json');
  expect(JSON.parse(pair.stdout).classes.length).toBe(3);
  const score = await call('classify', 'a', 'b', ...random, '--task', 'stsb');
  expect(score.stdout).toMatch(/^score -?\d/);
  const wrong = await call('classify', 'a', ...random, '--task', 'rte');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('expected 2 text(s) for rte, got 1') });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callProgram } from 'perceiver-inference';
import { afterAll, expect, it } from 'vitest';
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
    stderr: expect.stringContaining('topK'),
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

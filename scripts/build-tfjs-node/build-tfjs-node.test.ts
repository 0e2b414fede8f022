import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const scratch = mkdtempSync(join(tmpdir(), 'perceiver tfjs node '));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs a script of this folder to its end. */
async function runScript(name: string, args: string[], env: Record<string, string> = {}) {
  const command = [join(import.meta.dirname, name), ...args];
  return promisify(execFile)(process.execPath, command, { env: { ...process.env, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error) => ({ code: error.code as number, stdout: String(error.stdout), stderr: String(error.stderr) }),
  );
}

describe('build.mjs', () => {
  test('explains itself and refuses what it does not know', async () => {
    expect(await runScript('build.mjs', ['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage:'),
    });
    expect(await runScript('build.mjs', [])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected one DIRECTORY, got 0'),
    });
    expect(await runScript('build.mjs', ['x', '--gpu'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Unknown option '--gpu'"),
    });
  });

  test('names missing tools before it downloads anything', async () => {
    const directory = join(scratch, 'no tools');
    const { code, stderr } = await runScript('build.mjs', [directory], { PATH: scratch, CXX: 'no-such-compiler' });
    expect(code).toBe(1);
    expect(stderr).toContain('python3 with pip');
    expect(stderr).toContain('`no-such-compiler -std=c++17` fails');
    expect(stderr).toContain('- npm');
    expect(readdirSync(directory)).toEqual([]);
  });
});

// Opt-in: PERCEIVER_TFJS_NODE names the module that build.mjs made.
test.skipIf(!process.env.PERCEIVER_TFJS_NODE)('verify.mjs computes with a built module', async () => {
  const { code, stdout, stderr } = await runScript('verify.mjs', [process.env.PERCEIVER_TFJS_NODE ?? '']);
  expect(stdout, stderr).toMatch(/^@tensorflow\/tfjs-node \S+ computes with TensorFlow \S+$/m);
  expect(code).toBe(0);
});

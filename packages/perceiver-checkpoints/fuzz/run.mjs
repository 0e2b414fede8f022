// Fuzzes both readers with many cases: node packages/perceiver-checkpoints/fuzz/run.mjs [cases, default 20000] [seed]
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [cases = '20000', seed = ''] = process.argv.slice(2);
const packageDirectory = dirname(dirname(fileURLToPath(import.meta.url)));
const root = join(packageDirectory, '..', '..');
const vitest = join(dirname(createRequire(join(root, 'package.json')).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', 'packages/perceiver-checkpoints/src/fuzz.test.ts', '--reporter', 'verbose'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_CASES: cases, FUZZ_SEED: seed } },
);
process.exitCode = status ?? 1;

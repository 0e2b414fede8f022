// `npm test`: installs, builds and runs every check and test. Ends with "N passed, N failed, N skipped".
// Arguments go to vitest: `npm test -- packages/perceiver-core` runs that package's tests only.
import './lib/node-version.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTurbo } from './lib/build.mjs';
import { install } from './lib/install.mjs';
import { run, runPnpm } from './lib/run.mjs';
import { closingLine, readVitestResults } from './lib/test-results.mjs';

/**
 * The steps before the tests; each counts as one test.
 * @type {{ name: string, command: () => Promise<{ code: number, output: string }> }[]}
 */
const steps = [
  { name: 'build', command: () => runTurbo('build') },
  { name: 'format and lint', command: () => runPnpm(['exec', 'biome', 'ci', '--colors=off', '.']) },
  { name: 'import layers', command: () => run(process.execPath, ['scripts/check-layers.mjs']) },
  { name: 'types of packages', command: () => runTurbo('typecheck') },
  { name: 'types of scripts', command: () => runPnpm(['exec', 'tsc', '-p', 'scripts/tsconfig.json']) },
];

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];

if (await install()) {
  for (const step of steps) await runStep(step);
  await runVitest();
} else {
  total.failed += 1;
  failures.push('install');
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`);
console.log(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** @param {(typeof steps)[number]} step */
async function runStep({ name, command }) {
  const start = performance.now();
  const { code, output } = await command();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (code === 0) {
    total.passed += 1;
  } else {
    console.log(output);
    total.failed += 1;
    failures.push(name);
  }
}

async function runVitest() {
  const directory = mkdtempSync(join(tmpdir(), 'perceiver-tests-'));
  try {
    const file = join(directory, 'results.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const args = ['exec', 'vitest', 'run', ...reporters, ...process.argv.slice(2)];
    const { code } = await runPnpm(args, { live: true });
    const results = readVitestResults(file, code);
    total.passed += results.passed;
    total.failed += results.failures.length;
    total.skipped += results.skipped;
    failures.push(...results.failures);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

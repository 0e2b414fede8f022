import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { closingLine, readVitestResults } from './lib/test-results.mjs';
import { root } from './lib/workspace.mjs';

const directory = mkdtempSync(join(tmpdir(), 'perceiver results '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(testResults: object[], exitCode: number) {
  const file = join(directory, 'results.json');
  writeFileSync(file, JSON.stringify({ testResults }));
  return readVitestResults(file, exitCode);
}
const suite = (status: string, statuses: string[]) => ({
  name: join(root, 'a.test.ts'),
  status,
  assertionResults: statuses.map((one, index) => ({ status: one, fullName: `case ${index}` })),
});

test('counts passed, failed and skipped tests', () => {
  expect(read([suite('failed', ['passed', 'failed', 'pending', 'todo']), suite('passed', ['passed'])], 1)).toEqual({
    passed: 2,
    skipped: 2,
    failures: ['a.test.ts: case 1'],
  });
});

test('a file that does not load, an error outside of tests, no test and no report are failures', () => {
  expect(read([suite('failed', []), suite('passed', ['passed'])], 1).failures).toEqual(['a.test.ts (the file itself)']);
  expect(read([suite('passed', ['passed'])], 1).failures).toEqual(['vitest (exited with 1 outside of any test)']);
  expect(read([], 0).failures).toEqual(['vitest (no test ran)']);
  expect(read([suite('passed', ['pending'])], 0).failures).toEqual(['vitest (no test ran)']);
  expect(readVitestResults(join(directory, 'none.json'), 7).failures).toEqual(['vitest (exited with 7, no report)']);
});

test('the closing line', () => {
  expect(closingLine({ passed: 3, failed: 0, skipped: 1 })).toBe('3 passed, 0 failed, 1 skipped');
});

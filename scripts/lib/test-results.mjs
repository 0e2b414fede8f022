// Counts of a test run.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './workspace.mjs';

/**
 * The line that ends `npm test`.
 * @param {{ passed: number, failed: number, skipped: number }} counts
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * Reads the report of vitest's JSON reporter. What no single test shows counts as a failure too: a test file that
 * could not be loaded, an error outside of tests, a run of no tests at all, a report that was never written.
 * @param {string} file the report
 * @param {number} exitCode vitest's
 * @returns {{ passed: number, skipped: number, failures: string[] }} failures by name
 */
export function readVitestResults(file, exitCode) {
  if (!existsSync(file)) return { passed: 0, skipped: 0, failures: [`vitest (exited with ${exitCode}, no report)`] };
  /** @type {{ testResults: { name: string, status: string, assertionResults: { status: string, fullName: string }[] }[] }} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  let passed = 0;
  let skipped = 0;
  /** @type {string[]} */
  const failures = [];
  for (const suite of report.testResults) {
    const path = relative(root, suite.name);
    const before = failures.length;
    for (const { status, fullName } of suite.assertionResults) {
      if (status === 'passed') passed += 1;
      else if (status === 'failed') failures.push(`${path}: ${fullName}`);
      else skipped += 1;
    }
    if (suite.status === 'failed' && failures.length === before) failures.push(`${path} (the file itself)`);
  }
  if (passed + failures.length === 0) failures.push('vitest (no test ran)');
  if (exitCode !== 0 && failures.length === 0) failures.push(`vitest (exited with ${exitCode} outside of any test)`);
  return { passed, skipped, failures };
}

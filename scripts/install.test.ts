import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled } from './lib/install.mjs';

let base = '';
const write = (path: string, content: string) => {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), content);
};

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'perceiver install '));
  write('package.json', '{ "devDependencies": { "vitest": "4.1.12" } }');
  write('packages/perceiver-core/package.json', '{ "dependencies": { "@scope/x": "1.0.0" } }');
  write('pnpm-lock.yaml', 'lock: 1');
  write('node_modules/.pnpm/lock.yaml', 'lock: 1');
  write('node_modules/vitest/package.json', '{}');
  write('packages/perceiver-core/node_modules/@scope/x/package.json', '{}');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test('what the lockfile and every package.json ask for is installed', () => {
  expect(isInstalled(base)).toBe(true);
});

test.each([
  ['nothing is installed', () => rmSync(join(base, 'node_modules'), { recursive: true })],
  ['the lockfile is another', () => write('pnpm-lock.yaml', 'lock: 2')],
  [
    'a dependency of a package is missing',
    () => rmSync(join(base, 'packages/perceiver-core/node_modules'), { recursive: true }),
  ],
  ['a package is new', () => write('apps/train-text/package.json', '{ "dependencies": { "zod": "1.0.0" } }')],
])('not installed when %s', (_, change) => {
  change();
  expect(isInstalled(base)).toBe(false);
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isNodeSupported } from './lib/node-version.mjs';
import { pinnedPnpm } from './lib/run.mjs';
import { checkSkeleton, createPackage } from './lib/skeleton.mjs';
import { findSnippets } from './lib/snippets.mjs';
import { listPackages, root } from './lib/workspace.mjs';

describe('packages follow the skeleton', () => {
  test.each(listPackages().map(({ kind, folder, directory }) => [`${kind}/${folder}`, directory] as const))(
    '%s',
    (_, directory) => {
      expect(checkSkeleton(directory)).toEqual([]);
    },
  );
});

describe('new-package', () => {
  let parent = '';
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'perceiver new package '));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  const edit = (path: string, change: (text: string) => string) => {
    const file = join(parent, 'perceiver-video', path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(file, after);
  };

  test('makes a package that follows the skeleton', () => {
    const directory = createPackage(parent, 'perceiver-video', 'Video classification with Perceiver IO.');
    expect(checkSkeleton(directory)).toEqual([]);
    expect(findSnippets(readFileSync(join(directory, 'README.md'), 'utf8'))).toEqual([
      expect.objectContaining({ line: 6, run: true, code: expect.stringContaining("from 'perceiver-video';") }),
    ]);
  });

  test('refuses a bad name, an empty description and a folder that exists', () => {
    expect(() => createPackage(parent, 'Perceiver_Video', 'x')).toThrow('name: expected lower-case words');
    expect(() => createPackage(parent, '../climb', 'x')).toThrow('name: expected lower-case words');
    expect(() => createPackage(parent, 'perceiver-video', ' ')).toThrow('description: expected one line');
    mkdirSync(join(parent, 'taken'));
    expect(() => createPackage(parent, 'taken', 'x')).toThrow('expected a new folder');
  });

  test.each([
    ['package.json', '"Apache-2.0"', '"MIT"', 'license: expected "Apache-2.0", got "MIT"'],
    ['package.json', '"name": "perceiver-video"', '"name": "video"', 'name (the folder)'],
    ['package.json', '"source": "./src/index.ts",', '', 'exports["."]'],
    ['package.json', '"tsc -p tsconfig.build.json"', '"esbuild"', 'scripts.build'],
    ['package.json', '"README.md"', '"NOTES.md"', 'files: expected "README.md"'],
    ['tsconfig.json', 'tsconfig.base.json', 'other.json', 'tsconfig.json: expected'],
    ['tsconfig.build.json', 'test.ts', 'spec.ts', 'tsconfig.build.json: expected'],
    ['src/index.ts', 'export {};', '\nexport const x = 1;', 'src/index.ts:2: expected exports only'],
    ['README.md', '# perceiver-video', '# Video', 'README.md:1: expected "# perceiver-video"'],
  ])('the check sees a change in %s of %s to %s', (path, from, to, message) => {
    const directory = createPackage(parent, 'perceiver-video', 'Video classification');
    edit(path, (text) => text.replace(from, to));
    expect(checkSkeleton(directory).join('\n')).toContain(message);
  });

  test('helpers of tests in src/testing stay out of the build', () => {
    const directory = createPackage(parent, 'perceiver-video', 'Video classification');
    mkdirSync(join(directory, 'src/testing'));
    expect(checkSkeleton(directory)).toEqual([expect.stringContaining('tsconfig.build.json: expected')]);
    edit('tsconfig.build.json', (text) => text.replace('.test.ts"', '.test.ts", "src/testing"'));
    expect(checkSkeleton(directory)).toEqual([]);
  });

  test('the check sees a missing file', () => {
    const directory = createPackage(parent, 'perceiver-video', 'Video classification');
    rmSync(join(directory, 'tsconfig.build.json'));
    expect(checkSkeleton(directory)).toEqual(['tsconfig.build.json: expected the file, got none']);
  });
});

test('the README lists every package and app, and no other', () => {
  const links = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/\]\(((?:packages|apps)\/[^)]+)\)/g)];
  expect(links.map(([, path]) => path).sort()).toEqual(
    listPackages()
      .map(({ kind, folder }) => `${kind}/${folder}`)
      .sort(),
  );
});

test('the oldest Node is 20.19', () => {
  expect(['18.20.0', '20.18.3', '20.19.0', '22.1.0'].map(isNodeSupported)).toEqual([false, false, true, true]);
});

test('pnpm is pinned to an exact version', () => {
  expect(pinnedPnpm()).toMatch(/^\d+\.\d+\.\d+$/);
});

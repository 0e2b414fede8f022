import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkLayers } from './lib/check-layers.mjs';
import { findImports } from './lib/imports.mjs';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'perceiver layers '));
  write('package.json', { name: 'root', devDependencies: { vitest: '4.1.12' } });
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(path: string, content: string | object) {
  const file = join(base, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

/** Writes a package whose index.ts (or other file) imports the given modules, one a line. */
function addPackage(path: string, fields: object, imports: string[] = [], file = 'index.ts') {
  const exports = { '.': { source: './src/index.ts' }, './extra': { source: './src/extra.ts' } };
  write(`${path}/package.json`, { name: path.split('/')[1], exports, ...fields });
  write(`${path}/src/${file}`, imports.map((specifier) => `import '${specifier}';`).join('\n'));
}

const linked = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'workspace:*']));
const messages = () => checkLayers(base).map(({ place, rule, got }) => `${place} | ${rule} | ${got}`);

test('imports downwards are fine, type imports and declared subpaths too', () => {
  addPackage('packages/tfjs-backend-onnxruntime', {});
  addPackage('packages/perceiver-core', { dependencies: linked('tfjs-backend-onnxruntime') }, [
    'tfjs-backend-onnxruntime',
    'tfjs-backend-onnxruntime/extra',
    './block.js',
  ]);
  addPackage('apps/train-text', { dependencies: linked('perceiver-core') }, ['perceiver-core', 'node:fs', 'fs']);
  expect(messages()).toEqual([]);
});

test.each([
  ['packages/tfjs-backend-onnxruntime', 'packages/perceiver-core'],
  ['packages/perceiver-core', 'packages/perceiver-checkpoints'],
  ['packages/perceiver-checkpoints', 'packages/perceiver-training'],
  ['packages/perceiver-training', 'packages/perceiver-baselines'],
  ['packages/perceiver-baselines', 'packages/perceiver-text'],
  ['packages/perceiver-text', 'packages/perceiver-audio-video'],
  ['packages/perceiver-text', 'apps/train-text'],
  ['apps/train-text', 'apps/benchmarks'],
])('%s may not import %s', (from, to) => {
  const name = to.split('/')[1] ?? '';
  addPackage(to, {});
  addPackage(from, { dependencies: linked(name) }, [name]);
  expect(messages()).toEqual([
    expect.stringMatching(new RegExp(`^${from}/package.json:\\d+ \\| imports point down \\| dependencies: ${name}$`)),
    `${from}/src/index.ts:1 | imports point down | import of '${name}'`,
  ]);
});

test('only perceiver-multimodal-autoencoding imports a modality', () => {
  addPackage('packages/perceiver-audio-video', {});
  const fields = { dependencies: linked('perceiver-audio-video') };
  addPackage('packages/perceiver-multimodal-autoencoding', fields, ['perceiver-audio-video']);
  expect(messages()).toEqual([]);
});

describe('in tests', () => {
  test('perceiver-core reads checkpoints, Node modules and root development dependencies', () => {
    addPackage('packages/perceiver-checkpoints', {});
    const imports = ['perceiver-checkpoints', 'node:fs', 'vitest'];
    addPackage('packages/perceiver-core', { devDependencies: linked('perceiver-checkpoints') }, imports, 'a.test.ts');
    expect(messages()).toEqual([]);
  });

  test('imports still point down', () => {
    addPackage('packages/perceiver-training', {});
    const fields = { dependencies: linked('perceiver-training') };
    addPackage('packages/perceiver-core', fields, ['perceiver-training'], 'a.test.ts');
    expect(messages()[1]).toBe(
      "packages/perceiver-core/src/a.test.ts:1 | imports point down | import of 'perceiver-training'",
    );
  });
});

test('helpers of tests in src/testing are for tests only', () => {
  addPackage('packages/perceiver-core', {}, ['./testing/compare.js', './testing-notes.js']);
  addPackage('packages/perceiver-core', {}, ['node:fs', 'vitest'], 'testing/compare.ts');
  expect(messages()).toEqual([
    "packages/perceiver-core/src/index.ts:1 | only tests import test code | import of './testing/compare.js'",
  ]);
});

test('undeclared, deep, climbing, self and unlinked imports, and Node modules in the core', () => {
  addPackage('packages/tfjs-backend-onnxruntime', { dependencies: {} });
  addPackage('packages/perceiver-core', { dependencies: { 'tfjs-backend-onnxruntime': '^0.1.0' } }, [
    'tfjs-backend-onnxruntime/src/jit.js',
    '@tensorflow/tfjs/dist/x.js',
    '../../tfjs-backend-onnxruntime/src/jit.js',
    'perceiver-core',
    'node:fs',
    'path',
    'vitest',
  ]);
  const file = 'packages/perceiver-core/src/index.ts';
  expect(messages()).toEqual([
    expect.stringMatching(/package.json:\d+ \| workspace packages are linked \| tfjs-backend-onnxruntime: \^0.1.0/),
    `${file}:1 | no deep imports into another package | import of 'tfjs-backend-onnxruntime/src/jit.js'`,
    `${file}:2 | every imported package is declared | import of '@tensorflow/tfjs/dist/x.js'`,
    `${file}:3 | relative imports stay inside src | import of '../../tfjs-backend-onnxruntime/src/jit.js'`,
    `${file}:4 | a package does not import itself by name | import of 'perceiver-core'`,
    `${file}:5 | perceiver-core runs in a browser | import of 'node:fs'`,
    `${file}:6 | perceiver-core runs in a browser | import of 'path'`,
    `${file}:7 | every imported package is declared | import of 'vitest'`,
  ]);
});

test('finds every form of import and none in comments or strings', () => {
  const source = `import a, { type B } from 'one';
import type { C } from 'two'; // import 'not-this';
export * from 'three';
export { d } from 'four';
const e = await import('five');
type F = import('six').F;
const g = require('seven');
const h = "import 'nor-this'";
import i = require('eight');
const j = await import(h);`;
  expect(findImports('x.ts', source)).toEqual(
    ['one', 'two', 'three', 'four', 'five', 'six', 'seven']
      .map((specifier, index) => ({ specifier, line: index + 1 }))
      .concat({ specifier: 'eight', line: 9 }),
  );
  expect(() => findImports('x.ts', 'import {')).toThrow(SyntaxError);
});

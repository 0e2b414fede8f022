import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { dependencyClosure } from './lib/dependency-closure.mjs';
import { forbiddenAmong } from './lib/heavy-packages.mjs';
import { installTarballs, packPackage } from './lib/pack.mjs';
import { run } from './lib/run.mjs';
import { listPackages } from './lib/workspace.mjs';

const base = mkdtempSync(join(tmpdir(), 'perceiver pack '));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const packages = listPackages().filter(({ kind }) => kind === 'packages');

describe('a package brings only what it needs', () => {
  test.each(packages.map(({ folder, directory }) => [folder, directory] as const))('%s', (folder, directory) => {
    expect(forbiddenAmong(folder, dependencyClosure(directory))).toEqual([]);
  });

  test('the check sees what is deep below', () => {
    const closure = dependencyClosure(packages.find(({ folder }) => folder === 'perceiver-text')!.directory);
    expect(closure).toContain('onnxruntime-common');
    expect(forbiddenAmong('perceiver-text', [...closure, 'sharp'])).toEqual(['sharp']);
    expect(forbiddenAmong('perceiver-optical-flow', ['sharp', 'node-wav'])).toEqual(['node-wav']);
  });
});

// `npm run check-install` does it with every modality, which takes minutes.
const checkpoints = packages.find(({ folder }) => folder === 'perceiver-checkpoints')!;
test.skipIf(!existsSync(join(checkpoints.directory, 'dist')))('a packed package installs and runs', async () => {
  const place = join(base, 'user');
  mkdirSync(place);
  const tarball = await packPackage(checkpoints.directory, base);
  const { code, output } = await installTarballs(place, 'perceiver-checkpoints', { 'perceiver-checkpoints': tarball });
  expect(code, output).toBe(0);
  writeFileSync(
    join(place, 'use.mjs'),
    `import { parseSafetensors, unpickle } from 'perceiver-checkpoints';
     import * as browser from 'perceiver-checkpoints/browser';
     console.log(typeof parseSafetensors, typeof unpickle, typeof browser.parseSafetensors);`,
  );
  expect(await run(process.execPath, ['use.mjs'], { cwd: place })).toEqual({
    code: 0,
    output: 'function function function\n',
  });
});

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** All modules that a file imports, its own and those of its imports; packages by name. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/ from '([^']+)'/g)) {
    if (specifier!.startsWith('.')) importsOf(join(dirname(file), specifier!.replace(/\.js$/, '.ts')), seen);
    else seen.add(specifier!);
  }
  return seen;
}

it('the browser entry needs neither Node nor other packages', () => {
  const imports = importsOf(fileURLToPath(new URL('browser.ts', import.meta.url)));
  expect([...imports].filter((name) => !name.endsWith('.ts'))).toEqual([]);
  expect([...imports].some((name) => name.endsWith('read-tensor.ts'))).toBe(true);
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasAvx512 } from './processor.js';

describe('the processor', () => {
  it('has AVX-512 where Linux says so', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'processor-'));
    const file = (name: string, flags: string) => {
      writeFileSync(join(directory, name), `processor\t: 0\nflags\t\t: fpu ${flags} sse2\nbugs\t\t: spectre_v1\n`);
      return join(directory, name);
    };
    expect(await hasAvx512(file('with', 'avx2 avx512f avx512dq'))).toBe(true);
    expect(await hasAvx512(file('without', 'avx avx2 fma'))).toBe(false);
    expect(await hasAvx512(join(directory, 'absent'))).toBe(false);
  });
});

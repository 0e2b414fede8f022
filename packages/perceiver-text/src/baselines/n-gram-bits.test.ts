import { describe, expect, it } from 'vitest';
import { readBundledText } from '../datasets/bundled-text.js';
import { nGramBits } from './n-gram-bits.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('nGramBits', () => {
  it('follows the Witten-Bell formula', () => {
    // The codes of "aaab" at its only position from 3 on: unigram "b" once. Asked: "b" after "aaa".
    const { unigram, bigram } = nGramBits(bytes('aaab'), bytes('aaab'));
    const p1 = (1 + 1 / 256) / 2;
    expect(unigram).toBeCloseTo(-Math.log2(p1), 12);
    expect(bigram).toBeCloseTo(-Math.log2((1 + p1) / 2), 12);
  });

  it('meets the known figures on the last tenth of tiny Shakespeare', async () => {
    const text = await readBundledText('tinyshakespeare');
    const cut = Math.floor(0.9 * text.length);
    const started = performance.now();
    const bits = nGramBits(text.subarray(0, cut), text.subarray(cut));
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(Object.values(bits).map((value) => Number(value.toFixed(2)))).toEqual([4.83, 3.59, 2.96, 2.56]);
  });

  it('asks for enough text', () => {
    expect(() => nGramBits(bytes('abc'), bytes('abcd'))).toThrow('at least 4 bytes');
  });
});

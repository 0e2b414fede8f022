import { describe, expect, it } from 'vitest';
import type { MaskedWindows } from '../task/masked-bits.js';
import { BYTE_OFFSET, SPECIAL_TOKENS } from '../tokenizer/special-tokens.js';
import { maskedBigram } from './masked-bigram.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** One window with the bytes at some places hidden. */
function windowOf(text: string, hidden: readonly number[]): MaskedWindows {
  const ids = Int32Array.from(bytes(text), (byte) => byte + BYTE_OFFSET);
  const isHidden = (at: number) => hidden.includes(at);
  return {
    count: 1,
    inputIds: ids.map((id, at) => (isHidden(at) ? SPECIAL_TOKENS['[MASK]'] : id)),
    labels: ids.map((id, at) => (isHidden(at) ? id : -100)),
  };
}

describe('maskedBigram', () => {
  it('knows a byte that its neighbours tell', () => {
    const train = bytes('abcd efgh '.repeat(1000));
    const figures = maskedBigram(train, windowOf('abcd efgh ', [2]), 10);
    expect(figures.bitsPerMaskedByte).toBeCloseTo(0, 2);
    expect(figures.accuracy).toBe(1);
    expect(figures.wordAccuracy).toBe(1);
  });

  it('multiplies what both sides say', () => {
    // After a: b three times of five, c twice. Before d: b once of three times, c always.
    const train = bytes('abd abe acd acd abe '.repeat(2000));
    const after = { b: 3 / 5, c: 2 / 5 };
    const before = { b: 1 / 3, c: 1 };
    const b = after.b * before.b;
    const c = after.c * before.c;
    const figures = maskedBigram(train, windowOf('abd ', [1]), 4);
    expect(figures.bitsPerMaskedByte).toBeCloseTo(-Math.log2(b / (b + c)), 2);
    expect(figures.accuracy).toBe(0);
  });

  it('falls back to how often bytes stand in words', () => {
    const figures = maskedBigram(bytes('aaab '.repeat(2000)), windowOf('aab ', [0, 1, 2]), 4);
    // The first has no left neighbour and a hidden right one, the second none at all; the last is followed by a space: always b.
    expect(figures.bitsPerMaskedByte).toBeCloseTo((2 * -Math.log2(3 / 4) + 0) / 3, 1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIds, idsToBytes } from './decode-ids.js';
import { encodeBatch } from './encode-batch.js';
import { encodePair, encodeText } from './encode-text.js';

// All cases of the reference tokenizer are compared in apps/benchmarks, src/parity/parity.test.ts.
describe('byte tokenizer', () => {
  it('shifts bytes by six and frames them', () => {
    expect(encodeText('a[MASK]é')).toEqual([4, 103, 3, 201, 175, 5]);
    expect(encodeText(new Uint8Array([0xff, 0x5b]), { addSpecialTokens: false })).toEqual([261, 97]);
    expect(encodeText('abc', { maxLength: 2 })).toEqual([4, 5]);
  });

  it('gives back any bytes and any text', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const ids = encodeText(bytes);
        expect(idsToBytes(ids, { skipSpecialTokens: true })).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeIds(encodeText(text, { addSpecialTokens: false }))).toBe(text);
      }),
    );
  });

  it('names the rule that an argument breaks', () => {
    expect(() => decodeIds([262])).toThrow('expected ids from 0 to 261, got 262 at 0');
    expect(() => encodeText('a', { maxLength: 1 })).toThrow('at least 2, got 1');
    expect(() => encodePair('a', 'b'.repeat(9), { maxLength: 5, truncation: 'only_first' })).toThrow('to free 8 ids');
    expect(() => encodeBatch(['a'], { padding: 'maxLength' })).toThrow('expected maxLength');
  });
});

import fc from 'fast-check';
import { hostRandom } from 'perceiver-training';
import { describe, expect, it } from 'vitest';
import { decodeIds } from '../tokenizer/decode-ids.js';
import { encodeText } from '../tokenizer/encode-text.js';
import { checkSampling, sampleToken } from './sample-token.js';
import { textStream } from './text-stream.js';

describe('sampleToken', () => {
  const logits = [0, Math.log(3), Math.log(6), -50];

  it('draws in proportion to the softmax', () => {
    const random = hostRandom(1);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[sampleToken(logits, random.uniform())]!++;
    expect(counts[0]! / 20_000).toBeCloseTo(0.1, 1);
    expect(counts[1]! / 20_000).toBeCloseTo(0.3, 1);
    expect(counts[2]! / 20_000).toBeCloseTo(0.6, 1);
    expect(counts[3]).toBe(0);
  });

  it('takes the best at temperature 0 and the best few with topK', () => {
    expect(sampleToken(logits, 0.99, { temperature: 0 })).toBe(2);
    const drawn = new Set(Array.from({ length: 200 }, (_, i) => sampleToken(logits, i / 200, { topK: 2 })));
    expect([...drawn].sort()).toEqual([1, 2]);
    expect(sampleToken([9, 9, 1, 0], 0.5, { firstId: 2, temperature: 0 })).toBe(2);
  });

  it('gives an id for any uniform number', () => {
    for (const uniform of [0, 1 - 2 ** -32, 0.5]) expect(sampleToken(logits, uniform)).toBeLessThan(4);
  });

  it('rejects what makes no distribution', () => {
    expect(() => checkSampling({ temperature: -1 })).toThrow('temperature of 0 or more, got -1');
    expect(() => checkSampling({ temperature: Number.NaN })).toThrow('got NaN');
    expect(() => checkSampling({ topK: 0 })).toThrow('topK of 1 or more, got 0');
  });
});

describe('textStream', () => {
  it('gives the same text as decoding all at once', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (text) => {
        const ids = encodeText(text);
        const stream = textStream();
        expect(ids.map((id) => stream.push(id)).join('') + stream.end()).toBe(decodeIds(ids));
      }),
    );
  });

  it('waits for the rest of a character', () => {
    const stream = textStream();
    expect(encodeText('é!', { addSpecialTokens: false }).map((id) => stream.push(id))).toEqual(['', 'é', '!']);
    stream.push(201);
    expect(stream.end()).toBe('\ufffd');
  });
});

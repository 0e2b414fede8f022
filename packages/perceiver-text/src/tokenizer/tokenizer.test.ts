import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIds, idsToBytes } from './decode-ids.js';
import { type EncodeBatchOptions, encodeBatch } from './encode-batch.js';
import { encodePair, encodeText } from './encode-text.js';

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

const fixture = '../shared/fixtures/tokenizer.json';

interface Expected {
  readonly input_ids: number[];
  readonly special_tokens_mask?: number[];
  readonly decode: string;
  readonly decode_skip_special_tokens: string;
}

interface PythonOptions {
  readonly padding?: 'longest' | 'max_length';
  readonly max_length?: number;
  readonly truncation?: boolean | 'longest_first' | 'only_first' | 'only_second';
  readonly padding_side?: 'left';
  readonly pad_to_multiple_of?: number;
  readonly add_special_tokens?: boolean;
}

interface Fixture {
  readonly encode: (Expected & { text: string; input_ids_without_special_tokens: number[] })[];
  readonly batch: {
    texts: string[];
    options: PythonOptions;
    input_ids?: number[][];
    attention_mask?: number[][];
    lengths?: number[];
    unpadded_lengths?: number[];
  }[];
  readonly pairs: (Expected & { attention_mask: number[]; first: string; second: string; options: PythonOptions })[];
  readonly masking: (Expected & { text: string; start: number; stop: number; decode_of_hidden_ids: string })[];
  readonly decode: (Expected & { ids: number[] })[];
  readonly model_max_length: number;
}

describe.skipIf(!existsSync(fixture))('byte tokenizer against the reference', () => {
  const all = (existsSync(fixture) ? JSON.parse(readFileSync(fixture, 'utf8')) : undefined) as Fixture;
  const checkDecoding = (ids: number[], wanted: Expected) => {
    expect(decodeIds(ids)).toBe(wanted.decode);
    expect(decodeIds(ids, { skipSpecialTokens: true })).toBe(wanted.decode_skip_special_tokens);
  };

  it('encodes every text', () => {
    for (const wanted of all.encode) {
      const ids = encodeText(wanted.text);
      expect(ids).toEqual(wanted.input_ids);
      expect(encodeText(wanted.text, { addSpecialTokens: false })).toEqual(wanted.input_ids_without_special_tokens);
      expect(Array.from(encodeBatch([wanted.text]).specialTokensMask)).toEqual(wanted.special_tokens_mask);
      checkDecoding(ids, wanted);
    }
  });

  it('pads and cuts every batch', () => {
    const translate = (options: PythonOptions): EncodeBatchOptions => ({
      padding: options.padding === 'max_length' ? 'maxLength' : 'longest',
      paddingSide: options.padding_side,
      padToMultipleOf: options.pad_to_multiple_of,
      addSpecialTokens: options.add_special_tokens,
      maxLength: options.max_length ?? (options.padding === 'max_length' ? all.model_max_length : undefined),
    });
    for (const { texts, options, ...wanted } of all.batch) {
      const rowsOf = (flat: Int32Array, length: number) =>
        texts.map((_, row) => Array.from(flat.subarray(row * length, (row + 1) * length)));
      if (options.padding === undefined) {
        const rows = texts.map((text) => encodeText(text, translate(options)));
        expect(rows).toEqual(wanted.input_ids);
        continue;
      }
      const batch = encodeBatch(texts, translate(options));
      const length = batch.shape[1];
      if (wanted.input_ids) {
        expect(rowsOf(batch.inputIds, length)).toEqual(wanted.input_ids);
        expect(rowsOf(batch.attentionMask, length)).toEqual(wanted.attention_mask);
      } else {
        expect(texts.map(() => length)).toEqual(wanted.lengths);
        const kept = rowsOf(batch.attentionMask, length).map((row) => row.reduce((sum, keep) => sum + keep, 0));
        expect(kept).toEqual(wanted.unpadded_lengths);
      }
    }
  });

  it('joins every pair', () => {
    for (const wanted of all.pairs) {
      const { truncation, max_length: maxLength, padding } = wanted.options;
      const strategy = typeof truncation === 'string' ? truncation : undefined;
      const ids = encodePair(wanted.first, wanted.second, { truncation: strategy, maxLength });
      const batch = encodeBatch([[wanted.first, wanted.second]], {
        truncation: strategy,
        maxLength,
        padding: padding === 'max_length' ? 'maxLength' : 'longest',
      });
      expect(Array.from(batch.inputIds)).toEqual(wanted.input_ids);
      expect(Array.from(batch.specialTokensMask)).toEqual(wanted.special_tokens_mask);
      expect(Array.from(batch.attentionMask)).toEqual(wanted.attention_mask);
      expect(ids).toEqual(wanted.input_ids.slice(0, ids.length));
      checkDecoding(wanted.input_ids, wanted);
    }
  });

  it('decodes every masked text and every list of ids', () => {
    for (const wanted of all.masking) {
      const hidden = encodeText(wanted.text);
      expect(decodeIds(hidden.slice(wanted.start, wanted.stop))).toBe(wanted.decode_of_hidden_ids);
      const ids = hidden.fill(3, wanted.start, wanted.stop);
      expect(ids).toEqual(wanted.input_ids);
      checkDecoding(ids, wanted);
    }
    for (const wanted of all.decode) checkDecoding(wanted.ids, wanted);
  });
});

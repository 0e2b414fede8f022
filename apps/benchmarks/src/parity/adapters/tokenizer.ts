import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { decodeIds, type EncodeBatchOptions, encodeBatch, encodePair, encodeText } from 'perceiver-text';
import type { ParityAdapter } from '../adapter.js';
import { rowCollector } from '../compare.js';

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

interface TokenizerFixture {
  readonly model_max_length: number;
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
}

const rowsOf = (flat: Int32Array, [rows, length]: readonly [number, number]): number[][] =>
  Array.from({ length: rows }, (_, row) => Array.from(flat.subarray(row * length, (row + 1) * length)));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function batchOptions(options: PythonOptions, longest: number): EncodeBatchOptions {
  return {
    padding: options.padding === 'max_length' ? 'maxLength' : 'longest',
    paddingSide: options.padding_side,
    padToMultipleOf: options.pad_to_multiple_of,
    addSpecialTokens: options.add_special_tokens,
    truncation: typeof options.truncation === 'string' ? options.truncation : undefined,
    maxLength: options.max_length ?? (options.padding === 'max_length' ? longest : undefined),
  };
}

/** Every text, batch, pair and list of ids of the reference tokenizer; a difference is 1 where anything differs. */
export const tokenizerAdapter: ParityAdapter = {
  recognises: ({ name }) => name === 'tokenizer.json',
  check: async ({ path }) => {
    const all = JSON.parse(readFileSync(path, 'utf8')) as TokenizerFixture;
    const collector = rowCollector();
    const compare = (group: string, name: string, actual: unknown, expected: unknown): void =>
      collector.add(group, name, isDeepStrictEqual(actual, expected) ? 0 : 1, 0);
    const compareDecoding = (group: string, name: string, ids: number[], expected: Expected): void => {
      compare(group, name, decodeIds(ids), expected.decode);
      compare(group, name, decodeIds(ids, { skipSpecialTokens: true }), expected.decode_skip_special_tokens);
    };
    for (const expected of all.encode) {
      const { text } = expected;
      const ids = encodeText(text);
      const name = JSON.stringify(text);
      compare('encode', name, ids, expected.input_ids);
      compare('encode', name, encodeText(text, { addSpecialTokens: false }), expected.input_ids_without_special_tokens);
      compare('special tokens mask', name, [...encodeBatch([text]).specialTokensMask], expected.special_tokens_mask);
      compareDecoding('decode', name, ids, expected);
    }
    for (const [index, { texts, options, ...expected }] of all.batch.entries()) {
      const name = `batch ${index}`;
      const translated = batchOptions(options, all.model_max_length);
      if (options.padding === undefined) {
        const ids = texts.map((text) => encodeText(text, translated));
        compare('batch', name, ids, expected.input_ids);
        continue;
      }
      const batch = encodeBatch(texts, translated);
      const kept = rowsOf(batch.attentionMask, batch.shape);
      if (expected.input_ids !== undefined) {
        compare('batch', name, rowsOf(batch.inputIds, batch.shape), expected.input_ids);
        compare('batch', name, kept, expected.attention_mask);
      } else {
        const lengths = texts.map(() => batch.shape[1]);
        compare(
          'batch',
          name,
          { lengths, kept: kept.map(sum) },
          { lengths: expected.lengths, kept: expected.unpadded_lengths },
        );
      }
    }
    for (const expected of all.pairs) {
      const { first, second, options } = expected;
      const name = JSON.stringify([first, second]);
      const translated = batchOptions(options, all.model_max_length);
      const batch = encodeBatch([[first, second]], translated);
      const actual = {
        ids: [...batch.inputIds],
        special: [...batch.specialTokensMask],
        kept: [...batch.attentionMask],
        alone: encodePair(first, second, translated),
      };
      const { input_ids: ids, special_tokens_mask: special, attention_mask: kept } = expected;
      compare('pairs', name, actual, { ids, special, kept, alone: ids.slice(0, sum(kept)) });
      compareDecoding('pairs, decoded', name, ids, expected);
    }
    for (const expected of all.masking) {
      const { text, start, stop } = expected;
      const ids = encodeText(text);
      const name = JSON.stringify(text);
      compare('masking', name, decodeIds(ids.slice(start, stop)), expected.decode_of_hidden_ids);
      compare('masking', name, ids.fill(3, start, stop), expected.input_ids);
      compareDecoding('masking, decoded', name, ids, expected);
    }
    for (const expected of all.decode) compareDecoding('decode', `${expected.ids}`, expected.ids, expected);
    return collector.rows();
  },
};

import { vocabularyTokenizer } from 'perceiver-tokenizers';
import { describe, expect, it } from 'vitest';
import { decodeIds } from '../tokenizer/decode-ids.js';
import { encodeText } from '../tokenizer/encode-text.js';
import { maskVocabulary } from './mask-vocabulary.js';
import { maskWords, wordSpans } from './mask-words.js';

const text = 'The whale, the whale!\n\tUp helm, up helm; oh all ye sweet powers of air, now hug me close. ';
const row = Int32Array.from(encodeText(text));
const words = text.trim().split(/\s+/);

describe('maskWords', () => {
  it('finds words between blanks and special tokens', () => {
    expect(wordSpans(row).map(([start, end]) => decodeIds(row.slice(start, end)))).toEqual(words);
    expect(wordSpans(new Int32Array(0))).toEqual([]);
  });

  it('hides whole words, the share that was asked for', () => {
    const { inputIds, labels } = maskWords(row, row.length, { seed: 1, counters: [5], share: 0.3 });
    const spans = wordSpans(row);
    const hidden = spans.filter(([start]) => inputIds[start] === 3);
    expect(hidden.length).toBe(Math.round(0.3 * words.length));
    for (const [start, end] of spans) {
      const isHidden = hidden.some(([first]) => first === start);
      expect(inputIds.slice(start, end)).toEqual(isHidden ? row.slice(start, end).fill(3) : row.slice(start, end));
      expect(labels.slice(start, end)).toEqual(isHidden ? row.slice(start, end) : row.slice(start, end).fill(-100));
    }
    expect(labels.filter((label) => label !== -100).length).toBe(inputIds.filter((id) => id === 3).length);
  });

  it('depends on seed and counters only, row by row', () => {
    const batch = Int32Array.from([...row, ...row]);
    const first = maskWords(batch, row.length, { seed: 1, counters: [5] });
    expect(maskWords(batch, row.length, { seed: 1, counters: [5] })).toEqual(first);
    expect(maskWords(batch, row.length, { seed: 1, counters: [6] })).not.toEqual(first);
    expect(first.inputIds.slice(0, row.length)).not.toEqual(first.inputIds.slice(row.length));
  });

  it('hides every word about equally often, and in the style of BERT a tenth stays', () => {
    const counts = new Map<string, number>();
    const spans = wordSpans(row);
    for (let step = 0; step < 2000; step++) {
      const { inputIds, labels } = maskWords(row, row.length, { seed: 2, counters: [step], replacement: 'bert' });
      for (const [start] of spans) {
        if (labels[start] === -100) continue;
        const kind = inputIds[start] === 3 ? 'mask' : inputIds[start] === row[start] ? 'same' : 'random';
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        counts.set(`at ${start}`, (counts.get(`at ${start}`) ?? 0) + 1);
      }
    }
    const total = 2000 * Math.round(0.15 * words.length);
    expect(counts.get('mask')! / total).toBeCloseTo(0.8, 1);
    expect(counts.get('random')! / total).toBeCloseTo(0.1, 1);
    for (const [start] of spans) expect(counts.get(`at ${start}`)! / 2000).toBeCloseTo(total / 2000 / words.length, 1);
  });
});

it('hides words of word pieces whole', () => {
  const lines = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'bark', '##ed', '##ly', 'dog'];
  const vocabulary = maskVocabulary(vocabularyTokenizer('vocab.txt', lines.join('\n')));
  const ids = Int32Array.of(2, 5, 6, 7, 8, 9, 3, 6);
  expect(vocabulary.wordSpans(ids)).toEqual([
    [1, 2],
    [2, 5],
    [5, 6],
    [7, 8],
  ]);
  const { inputIds, labels } = maskWords(ids, 8, { share: 1, seed: 0, counters: [], vocabulary });
  expect([...inputIds]).toEqual([2, 4, 4, 4, 4, 4, 3, 4]);
  expect([...labels]).toEqual([-100, 5, 6, 7, 8, 9, -100, 6]);
  const replaced = maskWords(ids, 8, { share: 1, replacement: 'bert', seed: 3, counters: [], vocabulary }).inputIds;
  expect(replaced.every((id) => id >= 0 && id < lines.length)).toBe(true);
});

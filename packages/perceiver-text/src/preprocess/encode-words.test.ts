import { describe, expect, it } from 'vitest';
import { encodeWords, WORD_FEATURES } from './encode-words.js';

const rowsOf = (texts: string[], buckets = 1000, maxWords = 20) => {
  const flat = encodeWords(texts, buckets, maxWords);
  return Array.from({ length: flat.length / WORD_FEATURES }, (_, row) =>
    [...flat.subarray(row * WORD_FEATURES, (row + 1) * WORD_FEATURES)].filter((id) => id > 0),
  );
};

describe('encodeWords', () => {
  it('gives a word its own row and those of its 4-grams', () => {
    const [a, film, filming, odd] = rowsOf(['a film filming \u{1F600}']);
    expect(a!.length).toBe(1); // <a> is shorter than an n-gram
    expect(film!.length).toBe(1 + 3); // <fil film ilm>
    expect(filming!.length).toBe(1 + 6);
    expect(odd!.length).toBe(1 + 3);
    expect(filming!.filter((id) => film!.includes(id)).length).toBe(2); // <fil film
    expect(rowsOf(['x'.repeat(1000)])[0]!.length).toBe(WORD_FEATURES);
  });

  it('takes words whole where one feature is asked for', () => {
    const [film, filming] = rowsOf(['film filming']);
    expect([...encodeWords(['film filming'], 1000, 20, 1)]).toEqual([film![0], filming![0]]);
  });

  it('takes case and white space for nothing', () => {
    expect(rowsOf(['  A\tgood\n\nFILM '])).toEqual(rowsOf(['a good film']));
  });

  it('stays within its table', () => {
    for (const row of rowsOf(['many different words stand in this small table'], 5)) {
      for (const id of row) expect([2, 3, 4]).toContain(id);
    }
  });

  it('cuts the longer text first, and keeps the border', () => {
    const rows = rowsOf(['one two three four', 'five six'], 1000, 5);
    expect(rows.length).toBe(5);
    expect(rows[2]).toEqual([1]);
    expect(rows.slice(0, 2)).toEqual(rowsOf(['one two']));
    expect(rows.slice(3)).toEqual(rowsOf(['five six']));
    expect(rowsOf(['one two three'], 1000, 2)).toEqual(rowsOf(['one two']));
  });

  it('gives an empty text no words', () => {
    expect(rowsOf([''])).toEqual([]);
    expect(rowsOf(['', ''])).toEqual([[1]]);
  });
});

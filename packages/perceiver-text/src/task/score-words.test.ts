import { describe, expect, it } from 'vitest';
import { scoreWords } from './score-words.js';

describe('scoreWords', () => {
  it('counts words whose every byte is right', () => {
    const positions = [3, 4, 5, 9, 10, 0, 0, 7];
    const labels = [11, 12, 13, 14, 15, -100, -100, 16];
    expect(scoreWords(labels, positions, labels, 8)).toEqual({ bytes: 6, rightBytes: 6, words: 3, rightWords: 3 });
    for (const [wrong, words] of [
      [0, 2],
      [1, 2],
      [2, 2],
      [4, 2],
      [7, 2],
    ] as const) {
      const predicted = labels.map((label, i) => (i === wrong ? 0 : label));
      expect(scoreWords(labels, positions, predicted, 8)).toMatchObject({ rightBytes: 5, words: 3, rightWords: words });
    }
  });

  it('does not join the last word of a row with the first of the next', () => {
    expect(scoreWords([1, 2, 3, 4], [9, 10, 11, 12], [1, 2, 9, 4], 2)).toEqual({
      bytes: 4,
      rightBytes: 3,
      words: 2,
      rightWords: 1,
    });
  });

  it('is nothing of nothing', () => {
    expect(scoreWords([-100, -100], [0, 0], [5, 5], 2)).toEqual({ bytes: 0, rightBytes: 0, words: 0, rightWords: 0 });
  });
});

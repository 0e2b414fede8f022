import { hostRandom, permutation } from 'perceiver-training';
import { MASK_STREAM } from '../datasets/data-streams.js';
import { BYTE_OFFSET, SPECIAL_TOKENS } from '../tokenizer/special-tokens.js';
import type { MaskVocabulary } from './mask-vocabulary.js';

export interface MaskWordsOptions {
  /** Share of the words that are hidden; 0.15 by default. At least one word of a row that has any is hidden. */
  readonly share?: number;
  /**
   * What stands in place of a hidden word: always `[MASK]`s (`mask`, the default), or as in BERT `[MASK]`s in 80% of words,
   * random bytes in 10% and the word itself in 10% (`bert`).
   */
  readonly replacement?: 'mask' | 'bert';
  readonly seed: number;
  /** Tokens other than bytes. */
  readonly vocabulary?: MaskVocabulary;
  /** Counters that make the choice, such as the step. */
  readonly counters: readonly number[];
}

/** A batch of rows with hidden words. */
export interface MaskedRows {
  /** `[B, N]`, hidden words replaced */
  readonly inputIds: Int32Array;
  /** `[B, N]`, the ids of hidden words, -100 elsewhere */
  readonly labels: Int32Array;
}

/** A label that no loss counts. */
export const IGNORED_LABEL = -100;

/** Ids of ASCII white space, which stands between words. */
export const WHITESPACE: ReadonlySet<number> = new Set(
  [...' \t\n\v\f\r'].map((char) => char.charCodeAt(0) + BYTE_OFFSET),
);

/** Start and end of each run of bytes without whitespace or special tokens. */
export function wordSpans(row: Int32Array): [number, number][] {
  const spans: [number, number][] = [];
  let start = -1;
  for (let i = 0; i <= row.length; i++) {
    const inside = i < row.length && row[i]! >= BYTE_OFFSET && !WHITESPACE.has(row[i]!);
    if (inside && start < 0) start = i;
    if (!inside && start >= 0) {
      spans.push([start, i]);
      start = -1;
    }
  }
  return spans;
}

/**
 * Hides a share of the whitespace-separated words of each row, all bytes of a word alike (Perceiver IO, section 4.1 and
 * appendix F.2). A word cut by the row's border counts as a word.
 *
 * @param ids `[B, N]`, row after row; not changed
 * @param length N
 */
export function maskWords(ids: Int32Array, length: number, options: MaskWordsOptions): MaskedRows {
  const { share = 0.15, replacement = 'mask', vocabulary, seed, counters } = options;
  const spansOf = vocabulary?.wordSpans ?? wordSpans;
  const mask = vocabulary?.mask ?? SPECIAL_TOKENS['[MASK]'];
  if (!(share > 0 && share <= 1)) throw new RangeError(`maskWords: expected a share in (0, 1], got ${share}`);
  const inputIds = ids.slice();
  const labels = new Int32Array(ids.length).fill(IGNORED_LABEL);
  for (let row = 0; row * length < ids.length; row++) {
    const spans = spansOf(ids.subarray(row * length, (row + 1) * length));
    const hidden = Math.min(spans.length, Math.max(1, Math.round(share * spans.length)));
    for (const word of permutation(spans.length, seed, MASK_STREAM, ...counters, row).subarray(0, hidden)) {
      const [start, end] = spans[word]!;
      const random = hostRandom(seed, MASK_STREAM, ...counters, row, word);
      const chance = replacement === 'mask' ? 0 : random.uniform();
      for (let i = row * length + start; i < row * length + end; i++) {
        labels[i] = ids[i]!;
        if (chance < 0.8) inputIds[i] = mask;
        else if (chance < 0.9) inputIds[i] = randomId(random, vocabulary);
      }
    }
  }
  return { inputIds, labels };
}

function randomId(random: { integer(below: number): number }, vocabulary: MaskVocabulary | undefined): number {
  if (vocabulary === undefined) return BYTE_OFFSET + random.integer(256);
  return vocabulary.textIds[random.integer(vocabulary.textIds.length)]!;
}

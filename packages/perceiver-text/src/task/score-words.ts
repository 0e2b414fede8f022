import { IGNORED_LABEL } from '../preprocess/mask-words.js';

/** Hidden bytes and words, and how many of them were predicted. */
export interface WordScores {
  readonly bytes: number;
  readonly rightBytes: number;
  readonly words: number;
  readonly rightWords: number;
}

type Numbers = ArrayLike<number>;

/**
 * Counts predictions by bytes and by words. Hidden bytes in a row are of one word, since white space between words is never hidden.
 *
 * @param labels `[B, O]`, the hidden ids, -100 where a row is filled up
 * @param positions where they stand in their texts
 * @param predicted the most likely id of each
 * @param width O
 */
export function scoreWords(labels: Numbers, positions: Numbers, predicted: Numbers, width: number): WordScores {
  let [bytes, rightBytes, words, rightWords] = [0, 0, 0, 0];
  let whole = false;
  /** Whether the byte before is of the same word. */
  const follows = (i: number) =>
    i % width !== 0 &&
    labels[i] !== IGNORED_LABEL &&
    labels[i - 1] !== IGNORED_LABEL &&
    positions[i] === positions[i - 1]! + 1;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === IGNORED_LABEL) continue;
    const right = labels[i] === predicted[i];
    whole = right && (whole || !follows(i));
    bytes++;
    if (right) rightBytes++;
    if (follows(i + 1)) continue;
    words++;
    if (whole) rightWords++;
  }
  return { bytes, rightBytes, words, rightWords };
}

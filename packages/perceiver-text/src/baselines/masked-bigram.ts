import { IGNORED_LABEL, WHITESPACE } from '../preprocess/mask-words.js';
import type { MaskedFigures, MaskedWindows } from '../task/masked-bits.js';
import { scoreWords } from '../task/score-words.js';
import { BYTE_OFFSET } from '../tokenizer/special-tokens.js';

/**
 * Bits and accuracy of hidden bytes guessed from the bytes on both sides, where those are not hidden too: p(byte | left) p(right | byte),
 * by counts of the training text, over bytes that can stand in words. With both sides hidden it is how often bytes occur.
 *
 * @param length ids a window
 */
export function maskedBigram(train: Uint8Array, { inputIds, labels }: MaskedWindows, length: number): MaskedFigures {
  const inWords = new Float64Array(256).fill(0.01);
  for (const byte of train) inWords[byte]!++;
  for (const id of WHITESPACE) inWords[id - BYTE_OFFSET] = 0;
  const total = inWords.reduce((sum, count) => sum + count, 0);
  const pairs = new Float64Array(256 * 256);
  for (let i = 0; i + 1 < train.length; i++) pairs[train[i]! * 256 + train[i + 1]!]!++;
  const occurs = new Float64Array(256);
  for (const byte of train) occurs[byte]!++;
  /** p(right | left), smoothed by one count of how often bytes occur. */
  const follows = (left: number, right: number) =>
    (pairs[left * 256 + right]! + (occurs[right]! + 0.01) / (train.length + 2.56)) / (occurs[left]! + 1);

  let nats = 0;
  let hidden = 0;
  const predicted = new Int32Array(labels.length);
  const likelihoods = new Float64Array(256);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === IGNORED_LABEL) continue;
    const visible = (at: number, inRow: boolean) => inRow && labels[at] === IGNORED_LABEL;
    const left = visible(i - 1, i % length > 0) ? inputIds[i - 1]! - BYTE_OFFSET : undefined;
    const right = visible(i + 1, (i + 1) % length > 0) ? inputIds[i + 1]! - BYTE_OFFSET : undefined;
    let sum = 0;
    let best = 0;
    for (let byte = 0; byte < 256; byte++) {
      let likelihood = inWords[byte]! / total;
      if (left !== undefined && likelihood > 0) likelihood = follows(left, byte);
      if (right !== undefined) likelihood *= follows(byte, right);
      likelihoods[byte] = likelihood;
      sum += likelihood;
      if (likelihood > likelihoods[best]!) best = byte;
    }
    nats -= Math.log(likelihoods[labels[i]! - BYTE_OFFSET]! / sum);
    hidden++;
    predicted[i] = best + BYTE_OFFSET;
  }
  const positions = labels.map((_, i) => i % length);
  const scores = scoreWords(labels, positions, predicted, length);
  return {
    bitsPerMaskedByte: nats / hidden / Math.LN2,
    accuracy: scores.rightBytes / hidden,
    wordAccuracy: scores.rightWords / scores.words,
  };
}

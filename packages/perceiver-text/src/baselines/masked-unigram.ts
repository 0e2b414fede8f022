import { WHITESPACE } from '../preprocess/mask-words.js';
import type { MaskedWindows } from '../task/masked-bits.js';
import { BYTE_OFFSET } from '../tokenizer/special-tokens.js';

/**
 * Bits and accuracy of hidden bytes when each is guessed from how often bytes stand in the words of the training text: the plateau
 * that models learn first.
 */
export function maskedUnigram(
  train: Uint8Array,
  { labels }: MaskedWindows,
): { bitsPerMaskedByte: number; accuracy: number } {
  const counts = new Float64Array(256).fill(0.01);
  for (const byte of train) if (!WHITESPACE.has(byte + BYTE_OFFSET)) counts[byte]!++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const best = counts.indexOf(Math.max(...counts));
  const hidden = labels.filter((label) => label >= 0);
  const bits = hidden.reduce((sum, label) => sum - Math.log2(counts[label - BYTE_OFFSET]! / total), 0);
  const right = hidden.filter((label) => label - BYTE_OFFSET === best).length;
  return { bitsPerMaskedByte: bits / hidden.length, accuracy: right / hidden.length };
}

import { encodeBatch, type GlueExample } from 'perceiver-text';
import { hostRandom } from 'perceiver-training';
import { perceiverConfig } from './models.js';

/** Lengths are padded to a multiple of this, since each is compiled for. */
const MULTIPLE = 32;

/** Encoded texts, one a row, all of the longest length. */
export interface Rows {
  readonly inputIds: Int32Array;
  readonly attentionMask: Int32Array;
  readonly labels: Int32Array;
  /** Tokens of each text. */
  readonly lengths: Int32Array;
}

/** Batches of texts of about equal length: random stretches of the texts sorted by length. */
export interface Stretches {
  readonly rows: Rows;
  /** First row of each batch. */
  readonly starts: Int32Array;
  /** Columns of each batch. */
  readonly widths: Int32Array;
}

/** Encodes texts as bytes. */
export function encodeRows(examples: readonly GlueExample[]): Rows {
  const maxLength = perceiverConfig.maxPositions;
  const texts = examples.map(({ texts: [text] }) => text);
  const { inputIds, attentionMask } = encodeBatch(texts, { padding: 'maxLength', maxLength });
  const lengths = Int32Array.from(examples, (_, row) => {
    let length = 0;
    while (length < maxLength && attentionMask[row * maxLength + length] === 1) length++;
    return length;
  });
  return { inputIds, attentionMask, labels: Int32Array.from(examples, ({ label }) => label!), lengths };
}

/** Draws the batches of a run. */
export function drawStretches(
  examples: readonly GlueExample[],
  { steps, batchSize, seed }: { readonly steps: number; readonly batchSize: number; readonly seed: number },
): Stretches {
  const plain = encodeRows(examples).lengths;
  const order = examples.map((_, i) => i).sort((a, b) => plain[a]! - plain[b]! || a - b);
  const rows = encodeRows(order.map((i) => examples[i]!));
  const random = hostRandom(seed, 1);
  const starts = Int32Array.from({ length: steps }, () => random.integer(examples.length - batchSize + 1));
  const widths = starts.map((start) => Math.ceil(rows.lengths[start + batchSize - 1]! / MULTIPLE) * MULTIPLE);
  return { rows, starts, widths };
}

/** Rows from `start` on, cut to `width` columns. */
export function cutRows(values: Int32Array, start: number, count: number, width: number): Int32Array {
  const length = perceiverConfig.maxPositions;
  const cut = new Int32Array(count * width);
  for (let row = 0; row < count; row++) {
    const at = (start + row) * length;
    cut.set(values.subarray(at, at + width), row * width);
  }
  return cut;
}

import { cutPair, type EncodePairOptions, encodePair, encodeText } from './encode-text.js';
import { SPECIAL_TOKENS } from './special-tokens.js';

export interface EncodeBatchOptions extends EncodePairOptions {
  /** Up to the longest row, or up to `maxLength`; `longest` by default. */
  readonly padding?: 'longest' | 'maxLength';
  /** `right` by default; `left` is for text that is to be continued. */
  readonly paddingSide?: 'left' | 'right';
  /** Rounds the padded length up. */
  readonly padToMultipleOf?: number;
}

/** Rows of equal length, row after row. */
export interface EncodedBatch {
  /** `[B, N]` */
  readonly inputIds: Int32Array;
  /** `[B, N]`, 1 where a token is, 0 on padding */
  readonly attentionMask: Int32Array;
  /** `[B, N]`, 1 on padding and on the special tokens put around the texts, 0 on the texts, names of special tokens included */
  readonly specialTokensMask: Int32Array;
  /** `[B, N]` */
  readonly shape: [number, number];
}

/** A text, or two that go into one row. */
export type TextOrPair = string | Uint8Array | readonly [string | Uint8Array, string | Uint8Array];

/** Encodes texts or pairs of texts and pads them with `[PAD]` to one length. */
export function encodeBatch(texts: readonly TextOrPair[], options: EncodeBatchOptions = {}): EncodedBatch {
  const { padding = 'longest', paddingSide = 'right', padToMultipleOf = 1, maxLength } = options;
  if (padding === 'maxLength' && maxLength === undefined) {
    throw new RangeError("encodeBatch: expected maxLength with padding 'maxLength', got none");
  }
  const rows = texts.map((text) => encodeRow(text, options));
  const wanted = padding === 'maxLength' ? maxLength! : Math.max(0, ...rows.map(({ ids }) => ids.length));
  const length = Math.ceil(wanted / padToMultipleOf) * padToMultipleOf;
  const inputIds = new Int32Array(rows.length * length).fill(SPECIAL_TOKENS['[PAD]']);
  const attentionMask = new Int32Array(rows.length * length);
  const specialTokensMask = new Int32Array(rows.length * length).fill(1);
  rows.forEach(({ ids, textStarts, textLengths }, index) => {
    const start = index * length + (paddingSide === 'left' ? length - ids.length : 0);
    inputIds.set(ids, start);
    attentionMask.fill(1, start, start + ids.length);
    for (const [i, from] of textStarts.entries()) {
      specialTokensMask.fill(0, start + from, start + from + textLengths[i]!);
    }
  });
  return { inputIds, attentionMask, specialTokensMask, shape: [rows.length, length] };
}

function encodeRow(text: TextOrPair, options: EncodePairOptions) {
  const frame = (options.addSpecialTokens ?? true) ? 1 : 0;
  if (typeof text === 'string' || text instanceof Uint8Array) {
    const ids = encodeText(text, options);
    return { ids, textStarts: [frame], textLengths: [ids.length - 2 * frame] };
  }
  const ids = encodePair(text[0], text[1], options);
  const [first, second] = cutPair(text[0], text[1], options);
  return { ids, textStarts: [frame, 2 * frame + first.length], textLengths: [first.length, second.length] };
}

import { hostRandom, permutation } from 'perceiver-training';
import { BYTE_OFFSET, SPECIAL_TOKENS } from '../tokenizer/special-tokens.js';
import { FILE_ORDER_STREAM, OFFSET_STREAM } from './data-streams.js';
import type { TextFile } from './find-text-files.js';
import { TextDataError } from './text-data-error.js';
import { FILE_START, type PiecePosition, textPieces } from './text-pieces.js';

/** Where a stream of windows stands; plain counters, fit for a checkpoint. */
export interface PackedState {
  readonly epoch: number;
  /** Files of this epoch's order that are done. */
  readonly file: number;
  /** Start of the piece in which the next window begins. */
  readonly piece: PiecePosition;
  /** Ids of that piece, its separator included, that earlier windows hold. */
  readonly skip: number;
}

export interface PackedWindowOptions {
  /** Ids a window. */
  readonly length: number;
  /** Orders the files of each epoch and says where the first window begins. */
  readonly seed: number;
  /** Field of JSON lines or column of parquet files; `text` by default. */
  readonly field?: string;
  /** Stands between documents; `[SEP]` by default. */
  readonly separator?: number;
  /** Continues where an earlier stream stood. */
  readonly from?: PackedState;
}

/** A window and where the stream stands behind it. */
export interface PackedWindow {
  readonly ids: Int32Array;
  readonly state: PackedState;
}

/**
 * Packs documents into windows of `length` ids without padding: documents follow one another, a separator between them, and
 * a window may begin and end within one. Repeats for ever, each epoch with another order of
 * files; where the very first window begins depends on the seed.
 */
export async function* packedWindows(
  files: readonly TextFile[],
  options: PackedWindowOptions,
): AsyncGenerator<PackedWindow> {
  const { length, seed, field, separator = SPECIAL_TOKENS['[SEP]'], from } = options;
  let window = new Int32Array(length);
  let filled = 0;
  let skip = from?.skip ?? hostRandom(seed, OFFSET_STREAM).integer(length);
  for (let epoch = from?.epoch ?? 0; ; epoch++) {
    const order = permutation(files.length, seed, FILE_ORDER_STREAM, epoch);
    const resumed = epoch === from?.epoch ? from : undefined;
    let idsOfEpoch = 0;
    for (let index = resumed?.file ?? 0; index < files.length; index++) {
      const start = index === resumed?.file ? resumed.piece : FILE_START;
      for await (const piece of textPieces(files[order[index]!]!, start, { field })) {
        const size = piece.bytes.length + (piece.endOfDocument ? 1 : 0);
        idsOfEpoch += size;
        for (let at = skip; at < size; at++) {
          window[filled++] = at < piece.bytes.length ? piece.bytes[at]! + BYTE_OFFSET : separator;
          if (filled < length) continue;
          yield { ids: window, state: { epoch, file: index, piece: piece.start, skip: at + 1 } };
          window = new Int32Array(length);
          filled = 0;
        }
        skip = Math.max(0, skip - size);
      }
    }
    if (idsOfEpoch === 0 && resumed === undefined) {
      throw new TextDataError('expected text, got none', files.map(({ path }) => path).join(', '));
    }
  }
}

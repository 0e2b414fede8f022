import type { Batch, BatchSource } from 'perceiver-training';
import type { TextFile } from './find-text-files.js';
import { randomWindows } from './random-windows.js';
import { type BatchState, type BatchStream, shuffledBatches } from './shuffled-batches.js';

/** Text to train on: bytes or ids of a tokenizer in memory, or files that are streamed. */
export type TextSource =
  | { readonly bytes: Uint8Array }
  | { readonly ids: Int32Array }
  | { readonly files: readonly TextFile[]; readonly field?: string; readonly blockSize?: number };

/** Where batches of windows stand. */
export interface TextSourceState {
  /** Batches given. */
  readonly index: number;
  /** Of streamed text. */
  readonly stream?: BatchState;
}

/** Batches of windows with their numbers. */
export interface WindowBatches {
  next(): Promise<{ ids: Int32Array; index: number }>;
  state(): TextSourceState;
  restore(state: TextSourceState): Promise<void>;
  /** Closes the files. */
  close(): Promise<void>;
}

/** Batches for `train` that may hold files open. */
export interface TextBatches<B extends Batch> extends BatchSource<B> {
  close(): Promise<void>;
}

/** Random windows of text in memory, or packed and mixed windows of streamed files. */
export function textSource(
  text: TextSource,
  { length, batchSize, seed }: { length: number; batchSize: number; seed: number },
): WindowBatches {
  let index = 0;
  if (!('files' in text)) {
    const windowsOf = randomWindows('bytes' in text ? text.bytes : text.ids, { length, batchSize, seed });
    return {
      next: async () => ({ ids: windowsOf(index), index: index++ }),
      state: () => ({ index }),
      restore: async (state) => {
        index = state.index;
      },
      close: async () => {},
    };
  }
  const open = (from?: BatchState): BatchStream =>
    shuffledBatches(text.files, { length, batchSize, seed, field: text.field, blockSize: text.blockSize, from });
  let stream = open();
  return {
    next: async () => ({ ids: await stream.next(), index: index++ }),
    state: () => ({ index, stream: stream.state() }),
    restore: async (state) => {
      await stream.close();
      index = state.index;
      stream = open(state.stream);
    },
    close: () => stream.close(),
  };
}

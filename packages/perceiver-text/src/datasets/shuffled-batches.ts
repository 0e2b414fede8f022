import { permutation } from 'perceiver-training';
import { BLOCK_ORDER_STREAM } from './data-streams.js';
import type { TextFile } from './find-text-files.js';
import { type PackedState, type PackedWindowOptions, packedWindows } from './packed-windows.js';

/** Where a stream of batches stands; plain counters, fit for a checkpoint. */
export interface BatchState {
  /** Where the current block of windows began. */
  readonly blockStart?: PackedState;
  /** Blocks done. */
  readonly block: number;
  /** Batches of the current block that are done. */
  readonly batch: number;
}

export interface ShuffledBatchOptions extends Omit<PackedWindowOptions, 'from'> {
  readonly batchSize: number;
  /** Batches whose windows are mixed; that many are held in memory. 64 by default. */
  readonly blockSize?: number;
  /** Continues where an earlier stream stood; the same options and files are taken for granted. */
  readonly from?: BatchState;
}

/** Batches of a stream and the state that continues it. */
export interface BatchStream {
  /** The next `[batchSize, length]` ids, row after row. */
  next(): Promise<Int32Array>;
  /** State behind the last batch given. */
  state(): BatchState;
  /** Closes the files. */
  close(): Promise<void>;
}

/** Windows of files of any size, mixed within blocks. What comes depends on files, seed and state only. */
export function shuffledBatches(files: readonly TextFile[], options: ShuffledBatchOptions): BatchStream {
  const { batchSize, blockSize = 64, from, seed, length } = options;
  let state: BatchState = from ?? { block: 0, batch: 0 };
  const windows = packedWindows(files, { ...options, from: state.blockStart });
  let block: Int32Array[] = [];
  let order: Uint32Array = new Uint32Array();
  let blockEnd = state.blockStart;

  const fill = async () => {
    block = [];
    for (let i = 0; i < batchSize * blockSize; i++) {
      const { value } = await windows.next();
      block.push(value.ids);
      blockEnd = value.state;
    }
    order = permutation(block.length, seed, BLOCK_ORDER_STREAM, state.block);
  };

  return {
    async next() {
      if (state.batch === blockSize) {
        // A stream that resumes at a block's end has yet to read past it.
        if (block.length === 0) await fill();
        state = { blockStart: blockEnd, block: state.block + 1, batch: 0 };
        block = [];
      }
      if (block.length === 0) await fill();
      const ids = new Int32Array(batchSize * length);
      for (let row = 0; row < batchSize; row++) {
        ids.set(block[order[state.batch * batchSize + row]!]!, row * length);
      }
      state = { ...state, batch: state.batch + 1 };
      return ids;
    },
    state: () => state,
    close: async () => {
      await windows.return(undefined);
    },
  };
}

import { hostRandom, type Json } from 'perceiver-training';
import { type MaskWordsOptions, maskWords } from '../preprocess/mask-words.js';
import { type MaskedBatch, maskedBatch } from '../task/masked-language-task.js';
import { PIECE_STREAM } from './data-streams.js';
import { type TextBatches, type TextSource, type TextSourceState, textSource } from './text-source.js';

/** A stage of training on short contexts. */
export interface ShortContext {
  /** Ids a row. */
  readonly length: number;
  /** Batches of this stage. */
  readonly steps: number;
  /** Rows a batch; as at full length by default. */
  readonly batchSize?: number;
  /** Pieces stand among this many first positions, whichever part of the window they are; where they were in it by default. */
  readonly within?: number;
}

export interface MaskedBatchOptions extends Pick<MaskWordsOptions, 'share' | 'replacement' | 'vocabulary'> {
  readonly batchSize: number;
  /** Ids a row. */
  readonly length: number;
  readonly seed: number;
  /**
   * Stages that come first, in which the model sees pieces of windows. From scratch a Perceiver cannot tell
   * which of many bytes matter for a hidden one, and stays at what byte frequencies give; among few it learns to look beside it
   * (docs/masked-language-models.md has figures).
   */
  readonly shortContexts?: readonly ShortContext[];
}

/** Batches of a masked language model from text in memory or in files; words are hidden anew each time a window comes. */
export function maskedBatches(text: TextSource, options: MaskedBatchOptions): TextBatches<MaskedBatch> {
  const { batchSize, length, seed, share, replacement, vocabulary, shortContexts = [] } = options;
  for (const stage of shortContexts) {
    if (stage.length > length) {
      throw new RangeError(`maskedBatches: expected short contexts of at most ${length} ids, got ${stage.length}`);
    }
    const { within = length } = stage;
    if (within < stage.length || within > length)
      throw new RangeError(
        `maskedBatches: expected pieces of ${stage.length} ids within ${stage.length} to ${length} positions, got ${within}`,
      );
  }
  const windows = textSource(text, { length, batchSize, seed });
  return {
    async next() {
      const { ids, index } = await windows.next();
      const masking = { seed, counters: [index], share, replacement, vocabulary };
      const stage = stageAt(shortContexts, index);
      if (stage === undefined) return maskedBatch(maskWords(ids, length, masking), length);
      const random = hostRandom(seed, PIECE_STREAM, index);
      const rows = stage.batchSize ?? batchSize;
      const starts = new Int32Array(rows);
      const pieces = new Int32Array(rows * stage.length);
      for (let row = 0; row < rows; row++) {
        const start = random.integer(length - stage.length + 1);
        const from = (row % batchSize) * length + start;
        pieces.set(ids.subarray(from, from + stage.length), row * stage.length);
        starts[row] = stage.within === undefined ? start : random.integer(stage.within - stage.length + 1);
      }
      return maskedBatch(maskWords(pieces, stage.length, masking), stage.length, starts);
    },
    state: () => windows.state() as unknown as Json,
    close: windows.close,
    restore: (state) => windows.restore(state as unknown as TextSourceState),
  };
}

/** The short context of a batch, by its number; undefined once all stages are over. */
function stageAt(stages: readonly ShortContext[], index: number): ShortContext | undefined {
  let left = index;
  for (const stage of stages) {
    if (left < stage.steps) return stage;
    left -= stage.steps;
  }
  return undefined;
}

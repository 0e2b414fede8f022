import * as tf from '@tensorflow/tfjs';
import { hostRandom, type Json } from 'perceiver-training';
import type { CausalBatch, ShortContextBatch } from '../task/causal-language-task.js';
import { SHORT_CONTEXT_STREAM } from './data-streams.js';

import { type TextBatches, type TextSource, type TextSourceState, textSource } from './text-source.js';

export interface CausalBatchOptions {
  readonly batchSize: number;
  /** The model's context. */
  readonly maxSeqLen: number;
  readonly maxLatents: number;
  readonly seed: number;
  /**
   * Share of rows of which all (half of them) or a random part of the prefix is hidden, so that the model learns to begin from
   * little or nothing. 0 by default.
   */
  readonly shortContextShare?: number;
}

/** Batches of a causal language model from text in memory or in files. */
export function causalBatches(
  text: TextSource,
  options: CausalBatchOptions,
): TextBatches<CausalBatch | ShortContextBatch> {
  const { batchSize, maxSeqLen, maxLatents, seed, shortContextShare = 0 } = options;
  const length = maxSeqLen + 1;
  const windows = textSource(text, { length, batchSize, seed });
  return {
    async next() {
      const { ids, index } = await windows.next();
      const batch: CausalBatch = { ids: tf.tensor2d(ids, [batchSize, length], 'int32') };
      if (shortContextShare === 0) return batch;
      const random = hostRandom(seed, SHORT_CONTEXT_STREAM, index);
      const prefixLength = maxSeqLen - maxLatents;
      const hidden = Int32Array.from({ length: batchSize }, () => {
        if (random.uniform() >= shortContextShare) return 0;
        // A text that begins has no prefix until its latents are full, so half of the short contexts have none.
        return random.uniform() < 0.5 ? prefixLength : random.integer(prefixLength + 1);
      });
      return { ...batch, hidden: tf.tensor1d(hidden, 'int32') };
    },
    state: () => windows.state() as unknown as Json,
    close: windows.close,
    restore: (state) => windows.restore(state as unknown as TextSourceState),
  };
}

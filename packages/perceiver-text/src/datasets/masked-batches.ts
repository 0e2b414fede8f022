import * as tf from '@tensorflow/tfjs';
import type { Json } from 'perceiver-training';
import { type MaskWordsOptions, maskWords } from '../preprocess/mask-words.js';
import type { MaskedBatch } from '../task/masked-language-task.js';
import { type TextBatches, type TextSource, type TextSourceState, textSource } from './text-source.js';

export interface MaskedBatchOptions extends Pick<MaskWordsOptions, 'share' | 'replacement'> {
  readonly batchSize: number;
  /** Ids a row. */
  readonly length: number;
  readonly seed: number;
}

/** Batches of a masked language model from text in memory or in files; words are hidden anew each time a window comes. */
export function maskedBatches(text: TextSource, options: MaskedBatchOptions): TextBatches<MaskedBatch> {
  const { batchSize, length, seed, share, replacement } = options;
  const windows = textSource(text, { length, batchSize, seed });
  return {
    async next() {
      const { ids, index } = await windows.next();
      const { inputIds, labels } = maskWords(ids, length, { seed, counters: [index], share, replacement });
      return {
        inputIds: tf.tensor2d(inputIds, [batchSize, length], 'int32'),
        labels: tf.tensor2d(labels, [batchSize, length], 'int32'),
      };
    },
    state: () => windows.state() as unknown as Json,
    close: windows.close,
    restore: (state) => windows.restore(state as unknown as TextSourceState),
  };
}

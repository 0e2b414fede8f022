import * as tf from '@tensorflow/tfjs';
import { type BatchSource, hostRandom, type Json, permutation } from 'perceiver-training';
import { EXAMPLE_STREAM, WORD_DROPOUT_STREAM } from '../datasets/data-streams.js';
import type { GlueClassifierConfig } from '../model/glue-classifier.js';
import type { GlueBatch } from '../task/glue-loss.js';
import { encodeExamples } from './encode-examples.js';
import type { GlueTaskName } from './glue-task.js';
import type { GlueExample } from './read-glue-file.js';

export interface GlueBatchOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Share of the words that are left out of each text anew at each epoch; 0 by default. A text keeps one word at least. */
  readonly wordDropout?: number;
}

/** Training examples by task. */
export type GlueData = Readonly<Partial<Record<GlueTaskName, readonly GlueExample[]>>>;

/**
 * Batches of labelled examples, shuffled anew each epoch. Several tasks are one pile, so each batch mixes them by the sizes of their
 * training sets, and an epoch shows every example once.
 *
 * @throws RangeError for no examples, or one without a label
 */
export function glueBatches(
  data: GlueData,
  config: GlueClassifierConfig,
  { batchSize, seed, wordDropout = 0 }: GlueBatchOptions,
): BatchSource<GlueBatch> & { readonly size: number } {
  const pile = config.tasks.flatMap((task, taskId) => (data[task] ?? []).map((example) => ({ ...example, taskId })));
  if (pile.length === 0) throw new RangeError(`glueBatches: expected examples of ${config.tasks.join(', ')}, got none`);
  const unlabelled = pile.find(({ label }) => label === undefined);
  if (unlabelled)
    throw new RangeError(`glueBatches: expected a label for "${unlabelled.texts[0].slice(0, 60)}", got none`);
  let order: { epoch: number; places: Uint32Array } | undefined;
  const exampleAt = (index: number) => {
    const epoch = Math.floor(index / pile.length);
    if (order?.epoch !== epoch) order = { epoch, places: permutation(pile.length, seed, EXAMPLE_STREAM, epoch) };
    return pile[order.places[index % pile.length]!]!;
  };
  let index = 0;
  return {
    size: pile.length,
    next() {
      const examples = Array.from({ length: batchSize }, (_, i) => exampleAt(index * batchSize + i));
      const texts = examples.map((example, row) =>
        wordDropout === 0
          ? example.texts
          : example.texts.map((text, i) => dropWords(text, wordDropout, seed, index, row, i)),
      );
      index++;
      return {
        ...encodeExamples(texts, config),
        labels: tf.tensor1d(examples.map(({ label }) => label!)),
        taskIds: tf.tensor1d(
          examples.map(({ taskId }) => taskId),
          'int32',
        ),
      };
    },
    state: () => ({ index }),
    restore(state: Json) {
      index = (state as { index: number }).index;
    },
  };
}

function dropWords(text: string, share: number, seed: number, ...counters: number[]): string {
  const words = text.split(/\s+/u).filter(Boolean);
  const random = hostRandom(seed, WORD_DROPOUT_STREAM, ...counters);
  const kept = words.filter(() => random.uniform() >= share);
  return (kept.length > 0 ? kept : words.slice(0, 1)).join(' ');
}

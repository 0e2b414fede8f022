import type * as tf from '@tensorflow/tfjs';
import type { RunContext, RunOptions } from './run-context.js';

/** Results that come once a layer; they are numbered in the order of computation. */
const LISTS = new Set(['hidden_states', 'attentions']);

/** Collects what a run hands out, when `returnIntermediates` is set. */
export function intermediateRecorder({ returnIntermediates = false }: RunOptions): {
  readonly record?: RunContext['record'];
  readonly result: () => { intermediates?: Record<string, tf.Tensor> };
} {
  if (!returnIntermediates) return { result: () => ({}) };
  const intermediates: Record<string, tf.Tensor> = {};
  const counts: Record<string, number> = {};
  return {
    record: (name, tensor) => {
      if (!LISTS.has(name)) intermediates[name] = tensor;
      else {
        const index = counts[name] ?? 0;
        counts[name] = index + 1;
        intermediates[`${name}.${index}`] = tensor;
      }
    },
    result: () => ({ intermediates }),
  };
}

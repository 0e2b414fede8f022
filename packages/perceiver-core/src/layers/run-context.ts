import type * as tf from '@tensorflow/tfjs';
import { dropout, foldIn, type RandomKey } from 'tfjs-backend-onnxruntime';

/** What a model's layers share during one run. */
export interface RunContext {
  readonly training: boolean;
  /** Zeroes a share `rate` of `x` when training, each call with random numbers of its own; otherwise gives `x`. */
  dropout<T extends tf.Tensor>(x: T, rate: number): T;
  /** A key of its own for the caller; undefined when not training. */
  nextKey(): RandomKey | undefined;
  /** Hands out an intermediate result under a name. Absent when nobody asked, so that fused kernels can be used. */
  readonly record?: (name: string, tensor: tf.Tensor) => void;
}

/** What all models take beside their inputs. */
export interface RunOptions {
  /** Turns dropout on; needs `dropoutKey` where the configuration has a dropout above 0. */
  readonly training?: boolean;
  /** Randomness of this run, int32 `[2]`; may be traced. */
  readonly dropoutKey?: RandomKey;
  /** Gives `intermediates` beside the outputs. */
  readonly returnIntermediates?: boolean;
}

/** The context of one run. Keys are numbered in the order of calls, which is the order of layers. */
export function runContext(options: RunOptions = {}, record?: RunContext['record']): RunContext {
  const { training = false, dropoutKey } = options;
  let used = 0;
  const nextKey = (): RandomKey | undefined => {
    if (!training) return undefined;
    if (dropoutKey === undefined) {
      throw new RangeError('dropout: expected options.dropoutKey when training with a dropout above 0, got none');
    }
    return foldIn(dropoutKey, used++);
  };
  return {
    training,
    nextKey,
    record,
    dropout: (x, rate) => {
      if (rate === 0 || !training) return x;
      return dropout(x, rate, nextKey()!);
    },
  };
}

/** A run without training, dropout or intermediates. */
export const evaluation: RunContext = runContext();

/** The same run, with names recorded below `prefix`. */
export function recordUnder(context: RunContext, prefix: string): RunContext {
  const { record } = context;
  return record === undefined ? context : { ...context, record: (name, tensor) => record(`${prefix}${name}`, tensor) };
}

import type * as tf from '@tensorflow/tfjs';
import type { HostTensor } from './fixture.js';

/** Largest allowed `max|a - b| / max|b|` (PARITY, section 7). */
export const OUTPUT_LIMIT = 1e-5;
export const GRADIENT_LIMIT = 1e-4;
/** Largest difference of what is computed in float64 (PARITY-baselines, section 9). */
export const EXACT_LIMIT = 1e-9;

/** Numbers of any precision. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** One line of the report. */
export interface ParityRow {
  /** What was compared: an output, or a group of tensors. */
  readonly group: string;
  /** Tensors in the group. */
  readonly count: number;
  /** The worst of the group. */
  readonly difference: number;
  readonly worst: string;
  readonly limit: number;
}

const largest = (values: ArrayLike<number>): number => {
  let result = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (!(size <= result)) result = size;
  }
  return result;
};

/**
 * `max|a - b| / scale`, by default over the largest expected number; infinite for NaN and for another shape. An expected batch may be
 * `a` repeated, where a model makes what all examples share only once.
 */
export function relativeDifference(a: Numbers, expected: Numbers, scale: number = largest(expected.values)): number {
  const repeats = expected.values.length / a.values.length;
  const sameRows = a.shape.slice(1).join() === expected.shape.slice(1).join();
  if (!sameRows || a.shape.length !== expected.shape.length || !(repeats === 1 || a.shape[0] === 1)) {
    return Number.POSITIVE_INFINITY;
  }
  let difference = 0;
  for (let i = 0; i < expected.values.length; i++) {
    const distance = Math.abs(a.values[i % a.values.length]! - expected.values[i]!);
    if (!(distance <= difference)) difference = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
  }
  if (difference === 0) return 0;
  return scale === 0 ? Number.POSITIVE_INFINITY : difference / scale;
}

export async function toHost(tensor: tf.Tensor): Promise<HostTensor> {
  const values = (await tensor.data()) as Float32Array | Int32Array;
  return { shape: [...tensor.shape], values };
}

/** Collects differences into rows by group. */
export function rowCollector(): {
  add(group: string, name: string, difference: number, limit: number): void;
  rows(): ParityRow[];
} {
  const groups = new Map<string, ParityRow>();
  return {
    add: (group, name, difference, limit) => {
      const known = groups.get(group) ?? { group, count: 0, difference: 0, worst: name, limit };
      const worse = !(difference <= known.difference);
      groups.set(group, {
        ...known,
        count: known.count + 1,
        ...(worse ? { difference, worst: name } : {}),
      });
    },
    rows: () => [...groups.values()],
  };
}

export const largestOf = (tensors: Record<string, HostTensor>): number =>
  Math.max(...Object.values(tensors).map(({ values }) => largest(values)));

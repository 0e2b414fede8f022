import { keyWords } from 'tfjs-backend-onnxruntime';

/** A number in [0, 1) that depends on nothing but its arguments. */
export function uniformAt(seed: number, ...counters: number[]): number {
  return (keyWords(seed, ...counters)[0] >>> 0) / 2 ** 32;
}

/** An integer from 0 to `size - 1` that depends on nothing but its arguments. */
export function integerAt(size: number, seed: number, ...counters: number[]): number {
  return Math.floor(uniformAt(seed, ...counters) * size);
}

/** A permutation of 0 .. size - 1 (Fisher and Yates) that depends on nothing but its arguments. */
export function permutationAt(size: number, seed: number, ...counters: number[]): Int32Array {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = integerAt(i + 1, seed, ...counters, i);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

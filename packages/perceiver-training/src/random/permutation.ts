import { hostRandom } from './host-random.js';

/** The numbers 0 to `size - 1` in an order that depends on seed and path alone (Fisher-Yates). */
export function permutation(size: number, seed: number, ...path: number[]): Uint32Array {
  const random = hostRandom(seed, ...path);
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

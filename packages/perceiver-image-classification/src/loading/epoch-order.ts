import { permutation } from 'perceiver-training/random';
import { ORDER_STREAM } from './image-streams.js';

/** Blocks that are mixed with each other; each thread holds about as many in memory. */
export const BLOCKS_MIXED = 8;

/**
 * The order of an epoch's pictures, by seed and epoch alone. Where pictures lie in blocks that are read as a whole, the blocks are
 * shuffled, and pictures are mixed within eight of them at a time: each block is then read once or twice, not once a picture.
 */
export function epochOrder(size: number, seed: number, epoch: number, blocks?: readonly number[]): Uint32Array {
  if (blocks === undefined || blocks.length <= BLOCKS_MIXED) return permutation(size, seed, ORDER_STREAM, epoch);
  const order = new Uint32Array(size);
  const blockOrder = permutation(blocks.length, seed, ORDER_STREAM, epoch);
  let filled = 0;
  for (let first = 0; first < blockOrder.length; first += BLOCKS_MIXED) {
    const pictures: number[] = [];
    for (const block of blockOrder.subarray(first, first + BLOCKS_MIXED)) {
      for (let i = blocks[block]!; i < (blocks[block + 1] ?? size); i++) pictures.push(i);
    }
    for (const place of permutation(pictures.length, seed, ORDER_STREAM, epoch, first + 1)) {
      order[filled++] = pictures[place]!;
    }
  }
  return order;
}

import type { ImageInput } from './image-input.js';
import { patchesAlong } from './pixel-patches.js';

/** Rows and columns of the input array's places for a picture: its pixels or patches, or what convolution and pooling leave of them. */
export function inputGrid(input: ImageInput, height: number, width: number): readonly [number, number] {
  if (input.kind === 'learned') return [height, width];
  if (input.kind !== 'conv') return [patchesAlong(height, input), patchesAlong(width, input)];
  const halved = (size: number) => Math.ceil(size / 2);
  const same = input.padding === 'same';
  const pooled = (size: number) => (same ? halved(halved(size)) : Math.floor((halved(size) - 3) / 2) + 1);
  return [pooled(height), pooled(width)];
}

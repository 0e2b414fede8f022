import type { ImageInput } from './image-input.js';

/** Rows and columns of the input array's places for a picture: its pixels, or what convolution and pooling leave of them. */
export function inputGrid(input: ImageInput, height: number, width: number): readonly [number, number] {
  if (input.kind !== 'conv') return [height, width];
  const halved = (size: number) => Math.ceil(size / 2);
  const same = input.padding === 'same';
  const pooled = (size: number) => (same ? halved(halved(size)) : Math.floor((halved(size) - 3) / 2) + 1);
  return [pooled(height), pooled(width)];
}

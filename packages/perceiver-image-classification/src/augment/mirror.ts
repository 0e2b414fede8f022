import type { RgbImage } from 'perceiver-image-files';

/** A picture with left and right exchanged. */
export function mirror({ width, height, data }: RgbImage): RgbImage {
  const target = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    let from = (y + 1) * width * 3 - 3;
    for (let at = y * width * 3; at < (y + 1) * width * 3; at += 3, from -= 3) {
      target[at] = data[from]!;
      target[at + 1] = data[from + 1]!;
      target[at + 2] = data[from + 2]!;
    }
  }
  return { width, height, data: target };
}

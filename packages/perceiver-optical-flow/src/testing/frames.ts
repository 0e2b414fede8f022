import type { RgbImage } from 'perceiver-image-files';

/** A smooth picture that moves right by `shift` pixels. */
export function waves(width: number, height: number, shift = 0): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let colour = 0; colour < 3; colour++) {
        const wave = Math.sin((x - shift) / (3 + colour)) + Math.cos(y / (4 + colour) + (x - shift) / 11);
        data[(y * width + x) * 3 + colour] = Math.round(127 + 60 * wave);
      }
    }
  }
  return { width, height, data };
}

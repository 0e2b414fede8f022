import type { RgbImage } from 'perceiver-image-files';

/** `round` of C: halves away from zero; levels are not negative. */
const round = (value: number): number => Math.floor(value + 0.5);

/**
 * Turns all hues by a share of the circle, from -0.5 to 0.5, as torchvision does on Pillow's pictures: hue, saturation and value are bytes
 * in between.
 */
export function hue(image: RgbImage, turn: number): RgbImage {
  const shift = Math.trunc(turn * 255);
  const { data } = image;
  const target = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const [red, green, blue] = [data[i]!, data[i + 1]!, data[i + 2]!];
    const most = Math.max(red, green, blue);
    const range = most - Math.min(red, green, blue);
    // Grey has no hue; colours so weak that their saturation is 0 lose theirs.
    const saturation = range === 0 ? 0 : Math.trunc(Math.fround(range / most) * 255);
    if (saturation === 0) {
      target.fill(most, i, i + 3);
      continue;
    }
    const turned = (hueByte(red, green, blue, most, range) + shift + 256) & 255;
    const sixths = (turned * 6) / 255;
    const sector = Math.floor(sixths);
    const within = Math.fround(sixths - sector);
    const share = Math.fround(saturation / 255);
    const low = round(most * (1 - share));
    const falling = round(most * (1 - share * within));
    const rising = round(most * (1 - share * (1 - within)));
    const colours = [
      [most, rising, low],
      [falling, most, low],
      [low, most, rising],
      [low, falling, most],
      [rising, low, most],
      [most, low, falling],
    ][sector % 6]!;
    target.set(colours, i);
  }
  return { ...image, data: target };
}

function hueByte(red: number, green: number, blue: number, most: number, range: number): number {
  const distance = (level: number) => Math.fround((most - level) / range);
  const [r, g, b] = [distance(red), distance(green), distance(blue)];
  const sixths = red === most ? Math.fround(b - g) : green === most ? Math.fround(2 + r - b) : Math.fround(4 + g - r);
  return Math.trunc(Math.fround((sixths / 6 + 1) % 1) * 255);
}

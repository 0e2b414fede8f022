import type { RgbImage } from 'perceiver-image-files';

/** A picture whose bytes go through a table each, one for all colours or one a colour. */
export function mapLevels(image: RgbImage, tables: readonly [Uint8Array] | readonly Uint8Array[]): RgbImage {
  const { data } = image;
  const target = new Uint8Array(data.length);
  const [red, green, blue] = [tables[0]!, tables.at(tables.length === 1 ? 0 : 1)!, tables.at(-1)!];
  for (let i = 0; i < data.length; i += 3) {
    target[i] = red[data[i]!]!;
    target[i + 1] = green[data[i + 1]!]!;
    target[i + 2] = blue[data[i + 2]!]!;
  }
  return { ...image, data: target };
}

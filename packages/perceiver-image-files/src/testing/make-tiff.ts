/** What a small uncompressed TIFF holds. */
export interface TiffContents {
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16 | 32;
  /** 1 grey, 3 colours. */
  readonly channels: 1 | 3;
  /** Floating point numbers instead of integers. */
  readonly float?: boolean;
  /** `[height, width, channels]`, flat */
  readonly values: readonly number[];
}

/** The bytes of an uncompressed little-endian TIFF, for tests: sharp writes at most 8 bits. */
export function makeTiff({ width, height, bits, channels, float = false, values }: TiffContents): Uint8Array {
  const pixels = new Uint8Array((values.length * bits) / 8);
  const view = new DataView(pixels.buffer);
  values.forEach((value, i) => {
    if (float) view.setFloat32(4 * i, value, true);
    else if (bits === 16) view.setUint16(2 * i, value, true);
    else if (bits === 32) view.setUint32(4 * i, value, true);
    else view.setUint8(i, value);
  });
  const entries: [tag: number, value: number][] = [
    [256, width],
    [257, height],
    [258, bits],
    [259, 1],
    [262, channels === 1 ? 1 : 2],
    [273, 8],
    [277, channels],
    [278, height],
    [279, pixels.length],
    [339, float ? 3 : 1],
  ];
  // Three numbers of bits do not fit into an entry: they stand behind the pixels.
  const listsAt = 8 + pixels.length;
  const directoryAt = listsAt + 12;
  const bytes = new Uint8Array(directoryAt + 2 + 12 * entries.length + 4);
  const out = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  out.setUint32(4, directoryAt, true);
  bytes.set(pixels, 8);
  for (let i = 0; i < 3; i++) {
    out.setUint16(listsAt + 2 * i, bits, true);
    out.setUint16(listsAt + 6 + 2 * i, float ? 3 : 1, true);
  }
  out.setUint16(directoryAt, entries.length, true);
  entries.forEach(([tag, value], i) => {
    const at = directoryAt + 2 + 12 * i;
    const list = channels === 3 && (tag === 258 || tag === 339);
    out.setUint16(at, tag, true);
    out.setUint16(at + 2, list || tag === 258 || tag === 339 ? 3 : 4, true);
    out.setUint32(at + 4, list ? 3 : 1, true);
    out.setUint32(at + 8, list ? listsAt + (tag === 339 ? 6 : 0) : value, true);
  });
  return bytes;
}

import type { RgbImage } from 'perceiver-image-files';
import { FlowError } from '../flow-error.js';
import { MAX_SIDE } from './flo-file.js';
import { bigEndianWords } from './float-bytes.js';
import { headerReader, wholeNumber } from './header-reader.js';

/** A picture of whole numbers, as in PGM (one channel) and PPM (three). */
export interface NetpbmImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** The number that stands for full brightness, up to 65,535. */
  readonly maxValue: number;
  /** `[height, width, channels]` */
  readonly data: Uint8Array | Uint16Array;
}

/**
 * Reads a binary PGM (`P5`) or PPM (`P6`) of 8 or 16 bits.
 *
 * @throws FlowError
 */
export function decodeNetpbm(bytes: Uint8Array, name = 'PPM file'): NetpbmImage {
  const header = headerReader(bytes, name);
  const tag = header.word('P5 or P6');
  if (tag !== 'P5' && tag !== 'P6') {
    throw new FlowError(`${name}: expected a binary PGM or PPM (P5, P6), got ${JSON.stringify(tag.slice(0, 8))}`);
  }
  const channels = tag === 'P6' ? 3 : 1;
  const width = wholeNumber(header.word('a width'), 'a width', [1, MAX_SIDE], name);
  const height = wholeNumber(header.word('a height'), 'a height', [1, MAX_SIDE], name);
  const maxValue = wholeNumber(header.word('a largest value'), 'a largest value', [1, 65_535], name);
  const size = maxValue > 255 ? 2 : 1;
  const start = header.end();
  const expected = width * height * channels * size;
  // More may follow: a file may hold several pictures, of which this reads the first.
  if (bytes.length < start + expected) {
    throw new FlowError(
      `${name}: expected ${expected} bytes for ${width} x ${height} x ${channels} after the header, got ${bytes.length - start}`,
    );
  }
  const body = bytes.subarray(start, start + expected);
  const data = size === 1 ? new Uint8Array(body) : bigEndianWords(body);
  const above = data.findIndex((value) => value > maxValue);
  if (above >= 0) throw new FlowError(`${name}: expected values up to ${maxValue}, got ${data[above]} at ${above}`);
  return { width, height, channels, maxValue, data };
}

/** The bytes of a PGM or PPM file. */
export function encodeNetpbm({ width, height, channels, maxValue, data }: NetpbmImage): Uint8Array {
  if (data.length !== width * height * channels) {
    throw new FlowError(`encodeNetpbm: expected ${width} x ${height} x ${channels} numbers, got ${data.length}`);
  }
  const header = Buffer.from(`${channels === 3 ? 'P6' : 'P5'}\n${width} ${height}\n${maxValue}\n`, 'latin1');
  if (maxValue <= 255) return Buffer.concat([header, new Uint8Array(data)]);
  const body = new Uint8Array(data.length * 2);
  for (let i = 0; i < data.length; i++) {
    body[2 * i] = data[i]! >> 8;
    body[2 * i + 1] = data[i]! & 255;
  }
  return Buffer.concat([header, body]);
}

/** The picture in 8 bits a colour; gray becomes three equal colours. */
export function rgbOfNetpbm({ width, height, channels, maxValue, data }: NetpbmImage): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) {
    const value = data[channels === 3 ? i : Math.floor(i / 3)]!;
    rgb[i] = maxValue === 255 ? value : Math.round((value * 255) / maxValue);
  }
  return { width, height, data: rgb };
}

import { FlowError } from '../flow-error.js';
import { checkFlow, type FlowField } from '../flow-field.js';
import { MAX_SIDE } from './flo-file.js';
import { floatBytes, floatsOf } from './float-bytes.js';
import { headerReader, wholeNumber } from './header-reader.js';
import { knownFlow, UNKNOWN } from './unknown-flow.js';

/** A picture of float32 numbers. */
export interface FloatMap {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** `[height, width, channels]`, the top row first. */
  readonly data: Float32Array;
}

/**
 * Reads a `.pfm`: `PF` (three channels) or `Pf` (one), width, height, a scale whose sign says the order of bytes, then float32 numbers,
 * the lowest row first. The scale's size is not applied.
 *
 * @throws FlowError
 */
export function decodePfm(bytes: Uint8Array, name = '.pfm file'): FloatMap {
  const header = headerReader(bytes, name);
  const tag = header.word('PF or Pf');
  if (tag !== 'PF' && tag !== 'Pf') {
    throw new FlowError(`${name}: expected PF or Pf, got ${JSON.stringify(tag.slice(0, 8))}`);
  }
  const channels = tag === 'PF' ? 3 : 1;
  const width = wholeNumber(header.word('a width'), 'a width', [1, MAX_SIDE], name);
  const height = wholeNumber(header.word('a height'), 'a height', [1, MAX_SIDE], name);
  const scale = Number(header.word('a scale'));
  if (!(Number.isFinite(scale) && scale !== 0))
    throw new FlowError(`${name}: expected a scale other than 0, got ${scale}`);
  const start = header.end();
  const expected = start + width * height * channels * 4;
  if (bytes.length !== expected) {
    throw new FlowError(
      `${name}: expected ${expected} bytes for ${width} x ${height} x ${channels}, got ${bytes.length}`,
    );
  }
  const upsideDown = floatsOf(bytes.subarray(start), scale < 0);
  const row = width * channels;
  const data = new Float32Array(upsideDown.length);
  for (let y = 0; y < height; y++) data.set(upsideDown.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  return { width, height, channels, data };
}

/** The bytes of a `.pfm` file, little-endian. */
export function encodePfm({ width, height, channels, data }: FloatMap): Uint8Array {
  const row = width * channels;
  if (data.length !== height * row) {
    throw new FlowError(`encodePfm: expected ${width} x ${height} x ${channels} numbers, got ${data.length}`);
  }
  const upsideDown = new Float32Array(data.length);
  for (let y = 0; y < height; y++) upsideDown.set(data.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  const header = `${channels === 3 ? 'PF' : 'Pf'}\n${width} ${height}\n-1.0\n`;
  return Buffer.concat([Buffer.from(header, 'latin1'), floatBytes(upsideDown)]);
}

/** Flow from a picture whose first two channels it is, as in FlyingThings3D. Throws FlowError for one of one channel. */
export function flowOfMap({ width, height, channels, data }: FloatMap, name = '.pfm file'): FlowField {
  if (channels !== 3)
    throw new FlowError(`${name}: expected flow in a PF file of three channels, got one of ${channels}`);
  const vectors = new Float32Array(width * height * 2);
  for (let i = 0; i < width * height; i++) {
    vectors[2 * i] = data[3 * i]!;
    vectors[2 * i + 1] = data[3 * i + 1]!;
  }
  return knownFlow(width, height, vectors);
}

/** Flow in the first two channels of a picture, 0 in the third; pixels that are not valid are 1e10. */
export function mapOfFlow(flow: FlowField): FloatMap {
  const { width, height, data, valid } = checkFlow(flow);
  const numbers = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const known = valid === undefined || valid[i] !== 0;
    numbers[3 * i] = known ? data[2 * i]! : UNKNOWN;
    numbers[3 * i + 1] = known ? data[2 * i + 1]! : UNKNOWN;
  }
  return { width, height, channels: 3, data: numbers };
}

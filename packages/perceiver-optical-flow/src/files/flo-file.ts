import { FlowError } from '../flow-error.js';
import { checkFlow, type FlowField } from '../flow-field.js';
import { floatBytes, floatsOf } from './float-bytes.js';
import { knownFlow, UNKNOWN } from './unknown-flow.js';

/** First four bytes: the float32 202021.25, little-endian. */
export const FLO_TAG = 'PIEH';
const HEADER = 12;

/** Most pixels on a side that a header may promise. */
export const MAX_SIDE = 100_000;

/**
 * Reads Middlebury's `.flo`: the tag, width and height as int32, then horizontal and vertical flow of each pixel as float32, row by row,
 * all little-endian.
 *
 * @param name what the file is called in messages
 * @throws FlowError
 */
export function decodeFlo(bytes: Uint8Array, name = '.flo file'): FlowField {
  const tag = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (bytes.length < HEADER || tag !== FLO_TAG) {
    throw new FlowError(
      `${name}: expected the tag ${FLO_TAG} and a size, got ${JSON.stringify(tag)} in ${bytes.length} bytes`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getInt32(4, true), view.getInt32(8, true)];
  if (!(width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE)) {
    throw new FlowError(`${name}: expected sides from 1 to ${MAX_SIDE}, got ${width} x ${height}`);
  }
  const expected = HEADER + width * height * 8;
  if (bytes.length !== expected) {
    throw new FlowError(`${name}: expected ${expected} bytes for ${width} x ${height}, got ${bytes.length}`);
  }
  return knownFlow(width, height, floatsOf(bytes.subarray(HEADER), true));
}

/** The bytes of a `.flo` file; pixels that are not valid are written as 1e10. */
export function encodeFlo(flow: FlowField): Uint8Array {
  const { width, height, data, valid } = checkFlow(flow);
  const header = new Uint8Array(HEADER);
  header.set(Buffer.from(FLO_TAG, 'latin1'));
  const view = new DataView(header.buffer);
  view.setInt32(4, width, true);
  view.setInt32(8, height, true);
  const written = valid === undefined ? data : data.map((value, i) => (valid[i >> 1] ? value : UNKNOWN));
  return Buffer.concat([header, floatBytes(written)]);
}

import type { RgbImage } from 'perceiver-image-files';
import { FlowError } from '../flow-error.js';
import { checkFlow, type FlowField } from '../flow-field.js';

/** From no error to `limit`: black, blue, magenta, orange, white. */
const RAMP = [
  [0, 0, 4],
  [59, 15, 112],
  [183, 55, 121],
  [252, 137, 97],
  [252, 253, 191],
] as const;
/** Error in pixels from which on all is bright. */
export const BRIGHT_ERROR = 10;
/** Where the truth is not known. */
const UNKNOWN = 128;

/**
 * End-point errors as brightness; gray where the truth is not known.
 *
 * @param limit error in pixels from which on all is bright; 10 by default
 * @throws FlowError for sizes that differ
 */
export function errorMap(flow: FlowField, truth: FlowField, limit = BRIGHT_ERROR): RgbImage {
  const { width, height, data, valid } = checkFlow(truth);
  if (checkFlow(flow).width !== width || flow.height !== height) {
    throw new FlowError(`flow: expected the truth's size, ${width} x ${height}, got ${flow.width} x ${flow.height}`);
  }
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    if (valid?.[i] === 0 || flow.valid?.[i] === 0) {
      rgb.fill(UNKNOWN, 3 * i, 3 * i + 3);
      continue;
    }
    const error = Math.hypot(flow.data[2 * i]! - data[2 * i]!, flow.data[2 * i + 1]! - data[2 * i + 1]!);
    const at = (error < limit ? error / limit : 1) * (RAMP.length - 1);
    const first = Math.min(Math.floor(at), RAMP.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const [before, after] = [RAMP[first]![channel]!, RAMP[first + 1]![channel]!];
      rgb[3 * i + channel] = Math.round(before + (at - first) * (after - before));
    }
  }
  return { width, height, data: rgb };
}

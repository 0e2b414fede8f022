import type { FlowField } from '../flow-field.js';

/** Middlebury's files mark flow that is not known by numbers above this, and by NaN. */
const LARGEST_KNOWN = 1e9;

/** What unknown flow is written as. */
export const UNKNOWN = 1e10;

/** A flow field of vectors `[height, width, 2]`; those that are not numbers or beyond 1e9 become 0 and invalid. */
export function knownFlow(width: number, height: number, data: Float32Array): FlowField {
  let valid: Uint8Array | undefined;
  for (let i = 0; i < data.length; i += 2) {
    if (Math.abs(data[i]!) <= LARGEST_KNOWN && Math.abs(data[i + 1]!) <= LARGEST_KNOWN) continue;
    valid ??= new Uint8Array(width * height).fill(1);
    valid[i / 2] = 0;
    data[i] = 0;
    data[i + 1] = 0;
  }
  return valid === undefined ? { width, height, data } : { width, height, data, valid };
}

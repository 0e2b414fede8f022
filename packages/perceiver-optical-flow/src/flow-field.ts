import { FlowError } from './flow-error.js';

/** Optical flow: where each pixel of the first frame is in the second. */
export interface FlowField {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 2]`: pixels to the right, pixels down, row by row. */
  readonly data: Float32Array;
  /** `[height, width]`, 1 where the flow is known; everywhere if absent. */
  readonly valid?: Uint8Array;
}

/** A flow field of one vector everywhere. */
export function constantFlow(width: number, height: number, u: number, v: number): FlowField {
  const data = new Float32Array(width * height * 2);
  for (let i = 0; i < data.length; i += 2) {
    data[i] = u;
    data[i + 1] = v;
  }
  return { width, height, data };
}

/** The same field when its arrays have the sizes that it says. Throws FlowError. */
export function checkFlow(flow: FlowField): FlowField {
  const { width, height, data, valid } = flow;
  const pixels = width * height;
  if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 1 && height >= 1)) {
    throw new FlowError(`flow: expected sides of at least 1, got ${width} x ${height}`);
  }
  if (data.length !== 2 * pixels || (valid !== undefined && valid.length !== pixels)) {
    const masked = valid === undefined ? '' : ` and a mask of ${valid.length}`;
    throw new FlowError(`flow: expected ${width} x ${height} x 2 numbers, got ${data.length}${masked}`);
  }
  return flow;
}

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

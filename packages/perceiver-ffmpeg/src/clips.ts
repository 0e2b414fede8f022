/** Pictures in a row, in memory. */
export interface VideoClip {
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  /** Frames per second. */
  readonly fps: number;
  /** `[frames, height, width, 3]`, 0 to 255, red, green, blue. */
  readonly data: Uint8Array;
}

/** Sound in memory. */
export interface AudioClip {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  readonly channels: number;
  /** `[samples, channels]`: the channels of one moment side by side; full scale is -1 to 1. */
  readonly data: Float32Array;
}

/** A picture in memory. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]`, 0 to 255, red, green, blue, row by row. */
  readonly data: Uint8Array;
}

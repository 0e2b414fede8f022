/** Rows of numbers, one for each place of a grid. */
export interface Patches {
  /** How many rows there are along time, or time, height and width; row-major. `gridPositions(grid)` of perceiver-core places them. */
  readonly grid: readonly number[];
  /** Numbers of a row. */
  readonly numChannels: number;
  /** `[product of grid, numChannels]` */
  readonly values: Float32Array;
}

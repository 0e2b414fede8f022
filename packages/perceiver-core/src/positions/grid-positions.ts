import { linspace } from './linspace.js';

/** `end-inclusive`: -1 to 1 with both ends, for full grids. `query`: -1 + 2 i / n, the released models' subsampled points. */
export type PositionRule = 'end-inclusive' | 'query';

/** Positions on one axis of `size` points, rounded to float32. */
export function axisPositions(size: number, rule: PositionRule = 'end-inclusive'): Float32Array {
  if (rule === 'end-inclusive') return linspace(-1, 1, size);
  return Float32Array.from({ length: size }, (_, i) => -1 + Math.fround((2 * i) / size));
}

/**
 * Positions of points of a grid, row by row (the last axis runs fastest).
 *
 * @param sizes points on each axis
 * @param indices flat indices of the points wanted; all by default
 * @returns `[points, axes]`, flat
 */
export function gridPositions(
  sizes: readonly number[],
  { rule = 'end-inclusive', indices }: { rule?: PositionRule; indices?: ArrayLike<number> } = {},
): Float32Array {
  const axes = sizes.map((size) => axisPositions(size, rule));
  const total = sizes.reduce((product, size) => product * size, 1);
  const count = indices?.length ?? total;
  const positions = new Float32Array(count * sizes.length);
  for (let point = 0; point < count; point++) {
    let rest = indices === undefined ? point : indices[point]!;
    if (!(rest >= 0 && rest < total)) {
      throw new RangeError(
        `gridPositions: expected indices in [0, ${total}) for a grid of ${sizes.join(' x ')}, got ${rest}`,
      );
    }
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const size = sizes[axis]!;
      positions[point * sizes.length + axis] = axes[axis]![rest % size]!;
      rest = Math.floor(rest / size);
    }
  }
  return positions;
}

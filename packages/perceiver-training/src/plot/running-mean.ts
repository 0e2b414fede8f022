/** Means of `y` over up to `window` points around each, fewer at the ends. */
export function runningMean(points: readonly (readonly [number, number])[], window: number): [number, number][] {
  const half = Math.max(0, Math.floor((window - 1) / 2));
  const sums = [0];
  for (const [, y] of points) sums.push(sums.at(-1)! + y);
  return points.map(([x], i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(points.length, i + half + 1);
    return [x, (sums[to]! - sums[from]!) / (to - from)];
  });
}

/** Moves positions apart until neighbours are `gap` away from each other, within limits, each as near to its own as may be. */
export function spread(positions: readonly number[], gap: number, [low, high]: readonly [number, number]): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]!);
  const moved = [...positions];
  // Downwards first, then what went past the end is pushed back up.
  order.forEach((index, i) => {
    const least = i === 0 ? low : moved[order[i - 1]!]! + gap;
    moved[index] = Math.max(moved[index]!, least);
  });
  for (let i = order.length - 1, limit = high; i >= 0; i--) {
    const index = order[i]!;
    moved[index] = Math.min(moved[index]!, limit);
    limit = moved[index]! - gap;
  }
  return moved;
}

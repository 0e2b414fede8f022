/**
 * Ranks of values from 1, the smallest first; equal values share the mean of their ranks. All are NaN where one value is.
 *
 * @param values `[n]`
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  const numbers = Float64Array.from(values);
  if (numbers.some(Number.isNaN)) return ranks.fill(Number.NaN);
  const order = Uint32Array.from(numbers, (_, i) => i).sort((a, b) => numbers[a]! - numbers[b]! || a - b);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && numbers[order[end]!] === numbers[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
  }
  return ranks;
}

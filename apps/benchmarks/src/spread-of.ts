/** Mean and standard deviation (n - 1) in percent; the deviation of one number is left out. */
export function spreadOf(shares: readonly number[]): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const percent = (share: number) => (100 * share).toFixed(1);
  if (shares.length < 2) return `${percent(mean)}%`;
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  return `${percent(mean)}% ± ${percent(Math.sqrt(squares / (shares.length - 1)))}`;
}

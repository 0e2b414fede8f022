/** Stops of a scale from little to much, as `[red, green, blue]`: dark violet, red, orange, pale yellow. */
const STOPS = [
  [20, 6, 54],
  [120, 28, 109],
  [207, 68, 70],
  [251, 155, 6],
  [252, 255, 200],
] as const;

/** The colour of a number in [0, 1]. */
export function heatColour(value: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, value)) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(at));
  const share = at - low;
  const mix = (colour: 0 | 1 | 2) => STOPS[low]![colour] * (1 - share) + STOPS[low + 1]![colour] * share;
  return [mix(0), mix(1), mix(2)];
}

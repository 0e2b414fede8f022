import type { MeasuredFlow } from 'perceiver-metrics';

/** Steps after which the median moves by less than a thousandth of a pixel on real flow. */
const STEPS = 60;

/**
 * The one vector for all pixels with the least average end-point error: the geometric median of the known flow, by Weiszfeld's steps
 * from its mean. What a model must be better than to have seen any motion but the camera's.
 *
 * @returns horizontal and vertical flow; NaN when nothing is known
 */
export function bestConstant({ width, height, data, valid }: MeasuredFlow): [u: number, v: number] {
  const pixels: number[] = [];
  for (let i = 0; i < width * height; i++) if (valid?.[i] !== 0) pixels.push(i);
  let [u, v] = [0, 0];
  for (const i of pixels) {
    u += data[2 * i]! / pixels.length;
    v += data[2 * i + 1]! / pixels.length;
  }
  if (pixels.length === 0) return [Number.NaN, Number.NaN];
  for (let step = 0; step < STEPS; step++) {
    let [sumU, sumV, weights] = [0, 0, 0];
    for (const i of pixels) {
      // A vector on the spot would have no weight; this far it counts as near.
      const [du, dv] = [data[2 * i]! - u, data[2 * i + 1]! - v];
      const weight = 1 / Math.max(Math.sqrt(du * du + dv * dv), 1e-3);
      sumU += weight * data[2 * i]!;
      sumV += weight * data[2 * i + 1]!;
      weights += weight;
    }
    const moved = Math.hypot(sumU / weights - u, sumV / weights - v);
    u = sumU / weights;
    v = sumV / weights;
    if (moved < 1e-5) break;
  }
  return [u, v];
}

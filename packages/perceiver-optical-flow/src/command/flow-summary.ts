import type { FlowField } from '../flow-field.js';

/** What a flow field is like. */
export interface FlowSummary {
  readonly width: number;
  readonly height: number;
  /** In pixels. */
  readonly meanLength: number;
  readonly longest: number;
  readonly meanFlow: readonly [u: number, v: number];
}

export function flowSummary({ width, height, data }: FlowField): FlowSummary {
  const pixels = width * height;
  let [u, v, length, longest] = [0, 0, 0, 0];
  for (let i = 0; i < pixels; i++) {
    const own = Math.hypot(data[2 * i]!, data[2 * i + 1]!);
    u += data[2 * i]! / pixels;
    v += data[2 * i + 1]! / pixels;
    length += own / pixels;
    longest = Math.max(longest, own);
  }
  return { width, height, meanLength: length, longest, meanFlow: [u, v] };
}

export function describeFlow({ width, height, meanLength, longest, meanFlow }: FlowSummary): string {
  // No minus before a zero.
  const [u, v] = meanFlow.map((value) => value.toFixed(2).replace(/^-(0\.00)$/, '$1'));
  return `${width} x ${height} pixels, ${meanLength.toFixed(2)} long on average, ${longest.toFixed(2)} at most, mean (${u}, ${v})`;
}

import type { RgbImage } from 'perceiver-image-files';
import { checkFlow, type FlowField } from '../flow-field.js';

/** Steps of the wheel from red to yellow, green, cyan, blue, magenta and back: more where eyes tell more apart. */
const SEGMENTS = [15, 6, 4, 11, 13, 6];
/** Which of red, green and blue changes in each segment, and whether it rises. */
const CHANGES = [
  [1, true],
  [0, false],
  [2, true],
  [1, false],
  [0, true],
  [2, false],
] as const;

/** The 55 colours of the wheel, from 0 to 255. */
const WHEEL: readonly (readonly [number, number, number])[] = (() => {
  const colour: [number, number, number] = [255, 0, 0];
  const wheel: [number, number, number][] = [];
  SEGMENTS.forEach((steps, segment) => {
    const [channel, rises] = CHANGES[segment]!;
    for (let step = 0; step < steps; step++) {
      const share = Math.floor((255 * step) / steps);
      colour[channel] = rises ? share : 255 - share;
      wheel.push([...colour]);
    }
    colour[channel] = rises ? 255 : 0;
  });
  return wheel;
})();

/** The length of the longest known vector. */
export function longestFlow({ data, valid }: FlowField): number {
  let longest = 0;
  for (let i = 0; i < data.length; i += 2) {
    if (valid?.[i >> 1] === 0) continue;
    longest = Math.max(longest, Math.hypot(data[i]!, data[i + 1]!) || 0);
  }
  return longest;
}

/**
 * Flow in the colours of Baker et al. (2011): the hue is the direction, the saturation the length; longer vectors than `longest` are
 * darker, unknown ones black.
 *
 * @param longest length that has full colour; the field's longest vector by default
 */
export function colourFlow(flow: FlowField, longest = longestFlow(flow)): RgbImage {
  const { width, height, data, valid } = checkFlow(flow);
  const rgb = new Uint8Array(width * height * 3);
  const unit = longest > 0 ? longest : 1;
  for (let i = 0; i < width * height; i++) {
    const [u, v] = [data[2 * i]! / unit, data[2 * i + 1]! / unit];
    if (valid?.[i] === 0 || !Number.isFinite(u + v)) continue;
    const length = Math.hypot(u, v);
    const at = ((Math.atan2(-v, -u) / Math.PI + 1) / 2) * (WHEEL.length - 1);
    const first = Math.floor(at);
    const [before, after] = [WHEEL[first]!, WHEEL[(first + 1) % WHEEL.length]!];
    for (let channel = 0; channel < 3; channel++) {
      const pure = (before[channel]! + (at - first) * (after[channel]! - before[channel]!)) / 255;
      rgb[3 * i + channel] = Math.floor(255 * (length <= 1 ? 1 - length * (1 - pure) : 0.75 * pure));
    }
  }
  return { width, height, data: rgb };
}

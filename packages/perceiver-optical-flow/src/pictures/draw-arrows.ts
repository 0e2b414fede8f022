import type { RgbImage } from 'perceiver-image-files';
import sharp from 'sharp';
import { FlowError } from '../flow-error.js';
import { checkFlow, type FlowField } from '../flow-field.js';

export interface DrawArrowsOptions {
  /** Pixels between arrows; a 40th of the width, at least 8, by default. */
  readonly spacing?: number;
  /** Factor of their lengths; by default 1, or what makes the longest of them twice the spacing where all are shorter. */
  readonly scale?: number;
}

/**
 * Arrows along the flow on the first frame, one every few pixels.
 *
 * @throws FlowError for another size
 */
export async function drawArrows(
  frame1: RgbImage,
  flow: FlowField,
  options: DrawArrowsOptions = {},
): Promise<RgbImage> {
  const { width, height, data, valid } = checkFlow(flow);
  if (frame1.width !== width || frame1.height !== height) {
    throw new FlowError(
      `frame: expected the flow's size, ${width} x ${height}, got ${frame1.width} x ${frame1.height}`,
    );
  }
  const { spacing = Math.max(8, Math.round(width / 40)) } = options;
  if (!(spacing >= 1)) throw new RangeError(`drawArrows: expected a spacing of at least 1 pixel, got ${spacing}`);
  const starts: (readonly [x: number, y: number, u: number, v: number])[] = [];
  for (let y = Math.floor(spacing / 2); y < height; y += spacing) {
    for (let x = Math.floor(spacing / 2); x < width; x += spacing) {
      const i = Math.floor(y) * width + Math.floor(x);
      const [u, v] = [data[2 * i]!, data[2 * i + 1]!];
      if (valid?.[i] !== 0 && Number.isFinite(u) && Number.isFinite(v)) starts.push([x, y, u, v]);
    }
  }
  const longest = starts.reduce((most, [, , u, v]) => Math.max(most, Math.hypot(u, v)), 0);
  const scale = options.scale ?? (longest > 0 ? Math.max(1, (2 * spacing) / longest) : 1);
  const line = Math.max(1, spacing / 12);
  const paths = starts.map(([x, y, u, v]) => arrow(x, y, u * scale, v * scale, 3 * line)).join('');
  const stroke = (colour: string, size: number): string =>
    `<path d="${paths}" fill="none" stroke="${colour}" stroke-width="${size}" stroke-linecap="round"/>`;
  // Dark below light, to be seen on any picture.
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${stroke('#000', 2 * line)}${stroke('#fd3', line)}</svg>`;
  const drawn = await sharp(frame1.data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, data: drawn };
}

const round = (value: number): string => value.toFixed(1);

function arrow(x: number, y: number, u: number, v: number, head: number): string {
  const [endX, endY] = [x + u, y + v];
  const shaft = `M${round(x)} ${round(y)}L${round(endX)} ${round(endY)}`;
  const length = Math.hypot(u, v);
  if (length < head) return shaft;
  const [dx, dy] = [(u / length) * head, (v / length) * head];
  const barb = (side: number): string =>
    `M${round(endX)} ${round(endY)}L${round(endX - dx - side * dy * 0.6)} ${round(endY - dy + side * dx * 0.6)}`;
  return shaft + barb(1) + barb(-1);
}

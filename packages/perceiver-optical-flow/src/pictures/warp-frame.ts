import type { RgbImage } from 'perceiver-image-files';
import { FlowError } from '../flow-error.js';
import { checkFlow, type FlowField } from '../flow-field.js';

/**
 * The second frame moved back onto the first along the flow, by bilinear interpolation: with true flow it looks like the first frame but
 * where things were hidden. Black where flow leaves the frame or is not known.
 *
 * @throws FlowError for another size
 */
export function warpFrame(frame2: RgbImage, flow: FlowField): RgbImage {
  const { width, height, data, valid } = checkFlow(flow);
  if (frame2.width !== width || frame2.height !== height) {
    throw new FlowError(
      `frame: expected the flow's size, ${width} x ${height}, got ${frame2.width} x ${frame2.height}`,
    );
  }
  const warped = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const [column, row] = [x + data[2 * i]!, y + data[2 * i + 1]!];
      if (valid?.[i] === 0 || !(column >= 0 && column <= width - 1 && row >= 0 && row <= height - 1)) continue;
      const [left, top] = [Math.floor(column), Math.floor(row)];
      const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
      const [dx, dy] = [column - left, row - top];
      for (let colour = 0; colour < 3; colour++) {
        const at = (r: number, c: number): number => frame2.data[(r * width + c) * 3 + colour]!;
        const above = at(top, left) * (1 - dx) + at(top, right) * dx;
        const below = at(bottom, left) * (1 - dx) + at(bottom, right) * dx;
        warped[3 * i + colour] = Math.round(above * (1 - dy) + below * dy);
      }
    }
  }
  return { width, height, data: warped };
}

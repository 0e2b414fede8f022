import type { VideoClip } from 'perceiver-ffmpeg';
import type { Patches } from './patches.js';

export interface VideoPatchOptions {
  /** Frames, rows and columns of a patch; `[1, 4, 4]` by default (Perceiver IO, section 4.3). */
  readonly size?: readonly [time: number, height: number, width: number];
  /** What pixels are multiplied by; 1 / 255 by default, which brings them to 0 to 1. */
  readonly scale?: number;
  /** What is added then; 0 by default. */
  readonly offset?: number;
}

/**
 * Moves blocks of a video into channels (space to depth).
 *
 * @returns rows `[frames / t * height / h * width / w, t * h * w * 3]`; a row's order is frame, row, column, colour
 * @throws RangeError where blocks do not fill the video
 */
export function videoPatches({ frames, height, width, data }: VideoClip, options: VideoPatchOptions = {}): Patches {
  const { size = [1, 4, 4], scale = 1 / 255, offset = 0 } = options;
  const sides = [frames, height, width];
  const isWhole = sides.every((side, axis) => size[axis]! >= 1 && Number.isInteger(side / size[axis]!));
  if (!isWhole || data.length !== frames * height * width * 3) {
    throw new RangeError(
      `videoPatches: expected ${sides.join(' x ')} to be multiples of ${size.join(' x ')} with 3 colours, got ${data.length} numbers`,
    );
  }
  const [t, h, w] = size;
  const grid = [frames / t, height / h, width / w];
  const numChannels = t * h * w * 3;
  const values = new Float32Array(data.length);
  let out = 0;
  for (let frame = 0; frame < frames; frame += t) {
    for (let top = 0; top < height; top += h) {
      for (let left = 0; left < width; left += w) {
        for (let dt = 0; dt < t; dt++) {
          for (let dy = 0; dy < h; dy++) {
            // The pixels of a row of the block lie side by side.
            const from = (((frame + dt) * height + top + dy) * width + left) * 3;
            for (let i = 0; i < 3 * w; i++) values[out++] = data[from + i]! * scale + offset;
          }
        }
      }
    }
  }
  return { grid, numChannels, values };
}

import sharp from 'sharp';
import { FlowError } from '../flow-error.js';
import { checkFlow, type FlowField } from '../flow-field.js';

/** Steps of a pixel, and what stands for no flow. */
const STEPS = 64;
const ZERO = 32_768;
const MAX_PIXELS = 100_000_000;

/**
 * Reads KITTI's flow: a PNG of three 16-bit channels, red and green the horizontal and vertical flow in 64ths of a pixel above 2^15,
 * blue 0 where there is none.
 *
 * @throws FlowError
 */
export async function decodeKittiPng(bytes: Uint8Array, name = 'flow PNG'): Promise<FlowField> {
  const refused = (error: unknown): FlowError =>
    new FlowError(`${name}: expected a whole PNG of at most ${MAX_PIXELS} pixels: ${(error as Error).message}`, {
      cause: error,
    });
  try {
    const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' });
    const { format, depth, channels } = await picture.metadata();
    if (format !== 'png' || depth !== 'ushort' || channels !== 3) {
      throw new FlowError(
        `${name}: expected flow as a PNG of three 16-bit channels, got ${format} of ${channels} channels, ${depth}`,
      );
    }
    // Without the colour space libvips would work in 8 bits.
    const sixteen = picture.toColourspace('rgb16').raw({ depth: 'ushort' });
    const { data, info } = await sixteen.toBuffer({ resolveWithObject: true });
    return flowOfWords(new Uint16Array(new Uint8Array(data).buffer), info.width, info.height);
  } catch (error) {
    throw error instanceof FlowError ? error : refused(error);
  }
}

function flowOfWords(words: Uint16Array, width: number, height: number): FlowField {
  const data = new Float32Array(width * height * 2);
  const valid = new Uint8Array(width * height);
  for (let i = 0; i < valid.length; i++) {
    if (words[3 * i + 2] === 0) continue;
    valid[i] = 1;
    data[2 * i] = (words[3 * i]! - ZERO) / STEPS;
    data[2 * i + 1] = (words[3 * i + 1]! - ZERO) / STEPS;
  }
  return { width, height, data, valid };
}

/**
 * The bytes of a flow PNG as KITTI has them, rounded to 64ths of a pixel.
 *
 * @throws FlowError for flow beyond -512 to 511.98 pixels, which it cannot hold
 */
export async function encodeKittiPng(flow: FlowField): Promise<Uint8Array> {
  const { width, height, data, valid } = checkFlow(flow);
  const words = new Uint16Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    if (valid !== undefined && valid[i] === 0) continue;
    for (let axis = 0; axis < 2; axis++) {
      const steps = Math.round(data[2 * i + axis]! * STEPS) + ZERO;
      if (!(steps >= 0 && steps <= 65_535)) {
        const [x, y] = [i % width, Math.floor(i / width)];
        throw new FlowError(
          `flow PNG: expected flow from -512 to 511.98 pixels, got ${data[2 * i + axis]} at ${x}, ${y}; write .flo or .pfm`,
        );
      }
      words[3 * i + axis] = steps;
    }
    words[3 * i + 2] = 1;
  }
  return sharp(words, { raw: { width, height, channels: 3 } })
    .toColourspace('rgb16')
    .png()
    .toBuffer();
}

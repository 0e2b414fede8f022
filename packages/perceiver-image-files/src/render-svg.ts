import sharp from 'sharp';
import { ImageFileError } from './image-file-error.js';

export interface RenderSvgOptions {
  /** Pixels for one unit of the drawing; 2 by default, which stays sharp on dense screens. */
  readonly scale?: number;
  /** Most pixels of the result; 100 million by default. */
  readonly maxPixels?: number;
}

/** Dots an inch at which one unit of a drawing is one pixel. */
const UNIT_DENSITY = 72;

/**
 * A drawing as the bytes of a PNG file. Texts take the system's fonts.
 *
 * @throws ImageFileError for what is no SVG, or too large
 */
export async function renderSvg(
  svg: string,
  { scale = 2, maxPixels = 100_000_000 }: RenderSvgOptions = {},
): Promise<Uint8Array> {
  const density = UNIT_DENSITY * scale;
  if (!(density >= 1 && density <= 100_000)) {
    throw new ImageFileError(`renderSvg: expected a scale between 0.02 and 1000, got ${scale}`);
  }
  if (!/^\s*(<\?xml[^>]*\?>\s*)?<svg[\s>]/.test(svg)) {
    throw new ImageFileError(
      `renderSvg: expected a text that begins with <svg, got ${JSON.stringify(svg.slice(0, 40))}`,
    );
  }
  try {
    const png = await sharp(Buffer.from(svg), { density, limitInputPixels: maxPixels }).png().toBuffer();
    return new Uint8Array(png.buffer, png.byteOffset, png.byteLength);
  } catch (error) {
    const reason = (error as Error).message.trim();
    throw new ImageFileError(`renderSvg: expected a whole SVG of at most ${maxPixels} pixels: ${reason}`, {
      cause: error,
    });
  }
}

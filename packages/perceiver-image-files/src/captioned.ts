import sharp from 'sharp';
import type { RgbImage } from './rgb-image.js';

/** Height in pixels of the line that {@link captioned} puts on top. */
export const CAPTION_HEIGHT = 20;

const FONT_SIZE = 13;

/**
 * A picture below a line of text, dark on white; what is wider than the picture is cut off. Texts take the system's fonts, and stay blank
 * where it has none.
 */
export async function captioned({ width, height, data }: RgbImage, caption: string): Promise<RgbImage> {
  const text = caption.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CAPTION_HEIGHT}">` +
    `<rect width="100%" height="100%" fill="#fff"/>` +
    `<text x="2" y="${CAPTION_HEIGHT - 6}" font-family="sans-serif" font-size="${FONT_SIZE}" fill="#222">${text}</text></svg>`;
  const line = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  const result = new Uint8Array(width * (height + CAPTION_HEIGHT) * 3);
  result.set(line);
  result.set(data, line.length);
  return { width, height: height + CAPTION_HEIGHT, data: result };
}

import { type ImageSource, type RgbImage, readImage } from 'perceiver-image-files';
import { decodeNetpbm, rgbOfNetpbm } from './netpbm-file.js';
import { readBounded } from './read-bounded.js';

/**
 * Reads a frame: all that `readImage` reads, and binary PGM and PPM.
 *
 * @throws ImageFileError, or FlowError for a PGM or PPM
 */
export async function readFrame(source: ImageSource): Promise<RgbImage> {
  if (typeof source === 'string' && /\.p[gnp]m$/i.test(source)) {
    return rgbOfNetpbm(decodeNetpbm(await readBounded(source), source));
  }
  if (source instanceof Uint8Array && source[0] === 80 && (source[1] === 53 || source[1] === 54)) {
    return rgbOfNetpbm(decodeNetpbm(source));
  }
  return readImage(source);
}

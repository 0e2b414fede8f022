/** Kinds of picture files that are read. */
export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | 'AVIF' | 'GIF' | 'TIFF';

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end));

/**
 * What a file is by its first bytes, whatever its name says; undefined for all that is not read, such as text, SVG or HEIC. Decoders of other
 * kinds never see a byte.
 */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'JPEG';
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'PNG';
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'GIF';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'WebP';
  // Classic and big TIFF, of either byte order.
  if (/^(II[*+]\0|MM\0[*+])$/.test(ascii(bytes, 0, 4))) return 'TIFF';
  return isAvif(bytes) ? 'AVIF' : undefined;
}

/** The brands of an ISO media file are its first box; HEIC has others. */
function isAvif(bytes: Uint8Array): boolean {
  if (ascii(bytes, 4, 8) !== 'ftyp') return false;
  const length = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 256);
  for (let at = 8; at + 4 <= length; at += 4) if (/^avi[fs]$/.test(ascii(bytes, at, at + 4))) return true;
  return false;
}

import type { ByteSource } from '../byte-source.js';
import { CheckpointFormatError } from '../errors.js';
import type { StoredText } from '../pickle/stored.js';

const PIECE = 2 ** 20;

/**
 * The bytes that a text in UTF-8 stands for, one a character, as a source of `size` bytes. A position is found by decoding
 * from the start on. Throws CheckpointFormatError where the text has other characters or another length.
 */
export function latin1Source(source: ByteSource, text: StoredText, size: number): ByteSource {
  return {
    name: source.name,
    size,
    async read(target, position) {
      const piece = new Uint8Array(Math.min(PIECE, text.byteLength));
      let decoded = 0;
      // The upper bits of a character whose second byte is still to come.
      let upper = -1;
      for (let done = 0; done < text.byteLength; done += piece.length) {
        const part = piece.subarray(0, Math.min(piece.length, text.byteLength - done));
        await source.read(part, text.byteOffset + done);
        for (const byte of part) {
          const isSecond = upper >= 0;
          if (isSecond ? (byte & 0xc0) !== 0x80 : byte > 0x7f && byte !== 0xc2 && byte !== 0xc3) {
            throw new CheckpointFormatError(source.name, `byte ${text.byteOffset + done}: expected Latin-1 text`);
          }
          if (!isSecond && byte > 0x7f) {
            upper = (byte & 3) << 6;
            continue;
          }
          const at = decoded++ - position;
          if (at >= 0 && at < target.length) target[at] = isSecond ? upper | (byte & 0x3f) : byte;
          upper = -1;
        }
      }
      if (decoded !== size || upper >= 0 || position + target.length > size) {
        const rule = `text at byte ${text.byteOffset}: expected ${size} bytes in it, got ${decoded}`;
        throw new CheckpointFormatError(source.name, rule);
      }
    },
    close: async () => {},
  };
}

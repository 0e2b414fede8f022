import { FlowError } from '../flow-error.js';

/** Longest header that is looked through, comments included. */
const MAX_HEADER = 4096;

/** Reads words of a text header that numbers in bytes follow, as in the formats PPM and PFM. */
export interface HeaderReader {
  /** The next word; `#` starts a comment that ends with its line. Throws FlowError at the end of the header. */
  word(what: string): string;
  /** Where the bytes after the header start: one white space after the last word. */
  end(): number;
}

const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

export function headerReader(bytes: Uint8Array, name: string): HeaderReader {
  let at = 0;
  const limit = Math.min(bytes.length, MAX_HEADER);
  return {
    word: (what) => {
      while (at < limit && (isSpace(bytes[at]!) || bytes[at] === 35)) {
        if (bytes[at] === 35) while (at < limit && bytes[at] !== 10) at++;
        else at++;
      }
      const start = at;
      while (at < limit && !isSpace(bytes[at]!)) at++;
      if (at === start || at === limit) {
        throw new FlowError(`${name}: expected ${what} in the header, got its end at byte ${at}`);
      }
      return Buffer.from(bytes.subarray(start, at)).toString('latin1');
    },
    end: () => at + 1,
  };
}

/** A whole number in a range. Throws FlowError. */
export function wholeNumber(
  word: string,
  what: string,
  [least, most]: readonly [number, number],
  name: string,
): number {
  const value = /^\d{1,15}$/.test(word) ? Number(word) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new FlowError(`${name}: expected ${what} from ${least} to ${most}, got ${JSON.stringify(word.slice(0, 40))}`);
  }
  return value;
}

import { MediaFileError, type MediaInfo, type MediaInputOptions } from 'perceiver-ffmpeg';

/** What all decoders take. */
export interface DecodeOptions extends MediaInputOptions {
  /** Seconds from the beginning; 0 by default. */
  readonly start?: number;
  /** Which stream of the file, by its index; by default the one that players choose. */
  readonly stream?: number;
  /** What `inspect` or `probeMedia` said of the file, where it is known: then it is not looked at again. */
  readonly info?: MediaInfo;
  readonly signal?: AbortSignal;
  /** Milliseconds without progress after which ffmpeg is ended; 60,000 by default. */
  readonly stallTimeout?: number;
}

/** Checks a number of the options. */
export function checkNumber(name: string, option: string, value: number, least: number, isWhole: boolean): void {
  const isRight = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!isRight || value < least) {
    const kind = isWhole ? 'a whole number' : 'a number';
    throw new MediaFileError(`${name}: expected ${option} as ${kind} from ${least}, got ${value}`);
  }
}

/** The option that makes ffmpeg begin at a time: rounded down to its microseconds, so that the frame there is not missed. */
export const seekArguments = (start: number): string[] =>
  start > 0 ? ['-ss', (Math.floor(start * 1e6) / 1e6).toFixed(6)] : [];

import { MediaFileError } from 'perceiver-ffmpeg';
import type { ByteSource } from './byte-source.js';

/** What a WAV file says about its samples. */
export interface WavHeader {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly encoding: 'pcm' | 'float';
  /** Bytes of one number: 1 to 4 for PCM (8 bits have an offset of 128), 4 or 8 for floats. */
  readonly sampleBytes: number;
  /** Which loudspeakers the channels are for, as Windows numbers them; 0 where the file does not say. */
  readonly channelMask: number;
  /** Samples of each channel that the file really holds. */
  readonly samples: number;
  /** Place of the first. */
  readonly dataOffset: number;
}

/** A WAV file whose encoding (A-law, ADPCM, MP3, ...) this reader does not know; ffmpeg may. */
export class UnsupportedWavError extends MediaFileError {}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** The rest of the GUID whose first number is one of the formats above. */
const SUBFORMAT = '000000001000800000aa00389b71';
const UNKNOWN_SIZE = 0xffffffff;
const MAX_CHUNKS = 10_000;
const MAX_CHANNELS = 1024;

const isChunkName = (name: string) => /^[\x20-\x7e]{4}$/.test(name);

/** Reads the names and sizes of chunks. */
class Chunks {
  constructor(private readonly source: ByteSource) {}

  async bytes(offset: number, length: number): Promise<Buffer> {
    return this.source.read(offset, Math.min(length, Math.max(0, this.source.size - offset)));
  }

  async at(offset: number): Promise<{ name: string; size: number } | undefined> {
    const bytes = await this.bytes(offset, 8);
    if (bytes.length < 8) return undefined;
    return { name: bytes.toString('latin1', 0, 4), size: bytes.readUInt32LE(4) };
  }

  /** Where the chunk after one of an odd size starts: it is padded to an even place, which some programs forget. */
  async after(end: number): Promise<number> {
    if (end % 2 === 0) return end;
    const padded = await this.at(end + 1);
    if (padded === undefined || isChunkName(padded.name)) return end + 1;
    const unpadded = await this.at(end);
    return unpadded !== undefined && isChunkName(unpadded.name) ? end : end + 1;
  }

  /** Whether whole chunks follow, up to the end of the file. */
  async areWholeFrom(offset: number): Promise<boolean> {
    let place = offset;
    for (let count = 0; count < 100; count++) {
      if (place >= this.source.size) return true;
      const chunk = await this.at(place);
      if (chunk === undefined || !isChunkName(chunk.name) || place + 8 + chunk.size > this.source.size) return false;
      place = await this.after(place + 8 + chunk.size);
    }
    return false;
  }
}

function parseFormat(name: string, bytes: Buffer): Omit<WavHeader, 'samples' | 'dataOffset'> & { block: number } {
  if (bytes.length < 16) throw new MediaFileError(`${name}: expected a format of 16 bytes, got ${bytes.length}`);
  let format = bytes.readUInt16LE(0);
  let channelMask = 0;
  const [channels, sampleRate, block, bits] = [2, 4, 12, 14].map((at) =>
    at === 4 ? bytes.readUInt32LE(at) : bytes.readUInt16LE(at),
  ) as [number, number, number, number];
  if (format === EXTENSIBLE && bytes.length >= 40 && bytes.toString('hex', 26, 40) === SUBFORMAT) {
    format = bytes.readUInt16LE(24);
    channelMask = bytes.readUInt32LE(20);
  }
  if (format !== PCM && format !== FLOAT) {
    throw new UnsupportedWavError(`${name}: expected PCM (1) or float (3) samples, got format ${format}`);
  }
  if (channels < 1 || channels > MAX_CHANNELS) {
    throw new MediaFileError(`${name}: expected 1 to ${MAX_CHANNELS} channels, got ${channels}`);
  }
  if (sampleRate < 1 || sampleRate >= 2 ** 24) {
    throw new MediaFileError(`${name}: expected a sample rate of 1 to ${2 ** 24 - 1}, got ${sampleRate}`);
  }
  // Numbers are stored in whole bytes, left-justified, in as many as a block has room for: 20 bits in 3 bytes, or 24 in 4.
  const needed = Math.ceil(bits / 8);
  const room = block / channels;
  const sampleBytes = Number.isInteger(room) && room >= needed && room <= 8 ? room : needed;
  const known = format === FLOAT ? [4, 8].includes(sampleBytes) && bits === 8 * sampleBytes : sampleBytes <= 4;
  if (bits === 0 || !known) {
    const expected = format === FLOAT ? '32 or 64 bits' : '1 to 32 bits';
    throw new UnsupportedWavError(`${name}: expected samples of ${expected}, got ${bits} in ${room} bytes`);
  }
  return { channels, sampleRate, encoding: format === FLOAT ? 'float' : 'pcm', sampleBytes, channelMask, block };
}

/**
 * Finds format and samples of a WAV file (RIFF or RF64, plain or extensible). A length of the samples that is missing (0 or 0xFFFFFFFF,
 * as programs leave it that write to a pipe) or longer than the file means: up to the end of the file.
 *
 * @throws MediaFileError; UnsupportedWavError where another program may know better
 */
export async function readWavHeader(source: ByteSource, name: string): Promise<WavHeader> {
  const chunks = new Chunks(source);
  const riff = (await chunks.bytes(0, 12)).toString('latin1');
  if (!/^(RIFF|RF64)[\s\S]{4}WAVE$/.test(riff)) {
    throw new UnsupportedWavError(`${name}: expected a WAV file (RIFF ... WAVE), got ${JSON.stringify(riff)}`);
  }
  let format: ReturnType<typeof parseFormat> | undefined;
  let longSize: number | undefined;
  let place = 12;
  for (let count = 0; count < MAX_CHUNKS; count++) {
    const chunk = await chunks.at(place);
    if (chunk === undefined) break;
    const start = place + 8;
    if (chunk.name === 'ds64') {
      const sizes = await chunks.bytes(start, 16);
      if (sizes.length === 16) longSize = Number(sizes.readBigUInt64LE(8));
    } else if (chunk.name === 'fmt ') {
      format = parseFormat(name, await chunks.bytes(start, Math.min(chunk.size, 64)));
    } else if (chunk.name === 'data') {
      if (format === undefined)
        throw new MediaFileError(`${name}: expected the format before the samples (byte ${place})`);
      const { block: _, ...rest } = format;
      const left = source.size - start;
      const said = chunk.size === UNKNOWN_SIZE ? (longSize ?? left) : chunk.size;
      const isMissing = said === 0 && left > 0 && !(await chunks.areWholeFrom(start));
      const bytes = isMissing ? left : Math.min(said, left);
      const samples = Math.floor(bytes / (format.sampleBytes * format.channels));
      return { ...rest, samples, dataOffset: start };
    }
    place = await chunks.after(start + chunk.size);
  }
  const missing = format === undefined ? 'a format and samples' : 'samples';
  throw new MediaFileError(`${name}: expected ${missing} (chunks "fmt " and "data"), got none in ${source.size} bytes`);
}

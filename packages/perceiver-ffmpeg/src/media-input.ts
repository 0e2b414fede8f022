import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MediaFileError } from './media-file-error.js';
import type { MediaSource } from './media-source.js';

export interface MediaInputOptions {
  /** Allows http and https addresses, and files that name other files and addresses (playlists); false by default. */
  readonly network?: boolean;
  /** Most pixels of one frame; 100 million by default. */
  readonly maxPixels?: number;
}

/** A checked source. */
export interface MediaInput {
  /** What it is called in messages. */
  readonly name: string;
  /** What ffmpeg is given to read it, up to and with `-i`; options of the input go in front. */
  readonly arguments: readonly string[];
}

/** Beginnings of files that are no media themselves but make ffmpeg open other files and addresses. */
const PLAYLISTS = [
  /^#EXTM3U/,
  /^ffconcat version/,
  /<MPD[\s>]/i,
  /<CompositionPlaylist[\s>]/,
  /^v=0\r?\n[\s\S]*\nc=IN /,
];

/**
 * Checks that a path is a file that can be read and has something in it, without waiting for a named pipe.
 *
 * @throws MediaFileError
 */
export async function checkMediaFile(path: string, name: string = path): Promise<void> {
  try {
    const info = await stat(path);
    if (!info.isFile()) {
      const kind = info.isDirectory() ? 'directory' : info.isFIFO() ? 'named pipe' : 'device or socket';
      throw new MediaFileError(`${name}: expected a media file, got a ${kind}`);
    }
    if (info.size === 0) throw new MediaFileError(`${name}: expected a media file, got 0 bytes`);
    await access(path, constants.R_OK);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(2048), position: 0 });
      const start = buffer.toString('latin1', 0, bytesRead);
      if (PLAYLISTS.some((pattern) => pattern.test(start))) {
        throw new MediaFileError(
          `${name}: expected sound or video, got a playlist, which names other files; --network ({ network: true }) allows it`,
        );
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof MediaFileError) throw error;
    const reason = /^https?:/i.test(name)
      ? 'expected a readable file; an address needs --network, or a URL and { network: true }'
      : `expected a readable file: ${(error as Error).message}`;
    throw new MediaFileError(`${name}: ${reason}`, { cause: error });
  }
}

/**
 * Checks a source before ffmpeg sees it, and says how to hand it over so that no name is taken for an option, a protocol or a list.
 *
 * @throws MediaFileError
 */
export async function mediaInput(source: MediaSource, options: MediaInputOptions = {}): Promise<MediaInput> {
  const { network = false, maxPixels = 100_000_000 } = options;
  const isAddress = source instanceof URL && source.protocol !== 'file:';
  // What comes from an address may name further addresses, but no files of this machine.
  const web = 'http,https,tcp,tls,crypto';
  const protocols = isAddress ? web : network ? `file,pipe,${web}` : 'file,pipe';
  const limits = ['-protocol_whitelist', protocols, '-max_pixels', String(maxPixels)];
  if (isAddress) {
    const name = source.href;
    if (!network) throw new MediaFileError(`${name}: expected a file; --network ({ network: true }) allows addresses`);
    if (!/^https?:$/.test(source.protocol)) {
      throw new MediaFileError(`${name}: expected an http or https address, got ${source.protocol}`);
    }
    return { name, arguments: [...limits, '-i', name] };
  }
  const name = source instanceof URL ? fileURLToPath(source) : source;
  if (name.includes('\0')) throw new MediaFileError(`${JSON.stringify(name)}: expected a path, got a NUL in it`);
  const path = resolve(name);
  if (!network) await checkMediaFile(path, name);
  return { name, arguments: [...limits, '-i', `file:${path}`] };
}

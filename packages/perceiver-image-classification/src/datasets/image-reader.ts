import { type FileHandle, open } from 'node:fs/promises';
import { type ReadImageOptions, type RgbImage, readImage, resizeWithSharp } from 'perceiver-image-files';
import { cutRectangle } from '../preprocess/cut-rectangle.js';
import { ImageDataError } from './image-data-error.js';
import { leastRecent } from './least-recent.js';
import { openParquet, type ParquetFile } from './parquet-file.js';

/** Where a picture is: plain data, which another thread can take. */
export type ImagePlace =
  | { readonly kind: 'pixels'; readonly image: RgbImage }
  /** A picture file. */
  | { readonly kind: 'file'; readonly path: string }
  /** Bytes of a file, the content of a picture file. */
  | { readonly kind: 'range'; readonly path: string; readonly offset: number; readonly size: number }
  /** A cell of a parquet file, and the rows that are read with it. */
  | {
      readonly kind: 'parquet';
      readonly path: string;
      readonly column: string;
      readonly row: number;
      readonly groupStart: number;
      readonly groupEnd: number;
    };

export type ReadPartOptions = Pick<ReadImageOptions, 'part' | 'size'>;

/** Reads pictures from their places, with few files open at a time. */
export interface ImageReader {
  /**
   * Reads and decodes a picture.
   *
   * @param name of the picture, for messages
   * @param options a part to read alone, and a size to stretch it to with sharp's filter
   * @throws ImageFileError and ImageDataError that say which
   */
  image(place: ImagePlace, name: string, options?: ReadPartOptions): Promise<RgbImage>;
  /** Closes what is open. It may be used again after that. */
  close(): Promise<void>;
}

/** Files held open, and bytes of pictures of parquet row groups held in memory, or the last two groups if they are larger. */
const OPEN_FILES = 16;
const HELD_BYTES = 256 * 2 ** 20;
const LARGEST_PICTURE = 2 ** 28;

/** A reader with its own open files. */
export function imageReader(): ImageReader {
  const handles = leastRecent<Promise<FileHandle>>({
    limit: OPEN_FILES,
    sizeOf: async () => 1,
    drop: async (handle) => {
      await (await handle.catch(() => undefined))?.close();
    },
  });
  const parquet = leastRecent<Promise<ParquetFile>>({ limit: OPEN_FILES, sizeOf: async () => 1 });
  const groups = leastRecent<Promise<unknown[]>>({
    limit: HELD_BYTES,
    sizeOf: async (cells) => (await cells).reduce((sum: number, cell) => sum + (bytesOf(cell)?.byteLength ?? 0), 0),
  });

  const bytesAt = async (place: Exclude<ImagePlace, { kind: 'pixels' | 'file' }>, name: string) => {
    const { path } = place;
    if (place.kind === 'parquet') {
      const { column, row, groupStart, groupEnd } = place;
      const cells = await groups.get(`${path}\0${groupStart}`, async () => {
        const file = await parquet.get(path, () => openParquet(path));
        return file.column(column, groupStart, groupEnd);
      });
      const bytes = bytesOf(cells[row - groupStart]);
      if (bytes === undefined) throw new ImageDataError(`${name}: expected the bytes of a picture in column ${column}`);
      return bytes;
    }
    const { offset, size } = place;
    if (size > LARGEST_PICTURE) {
      throw new ImageDataError(`${name}: expected a picture of at most ${LARGEST_PICTURE} bytes, got ${size}`);
    }
    const bytes = new Uint8Array(size);
    const handle = await handles.get(path, () => open(path));
    const { bytesRead } = await handle.read(bytes, 0, size, offset);
    if (bytesRead < size)
      throw new ImageDataError(`${name}: expected ${size} bytes, got the end of the file after ${bytesRead}`);
    return bytes;
  };

  return {
    async image(place, name, options = {}) {
      if (place.kind === 'pixels') {
        const part = options.part?.(place.image);
        const cut = part === undefined ? place.image : cutRectangle(place.image, part);
        return options.size === undefined ? cut : resizeWithSharp(cut, options.size.width, options.size.height);
      }
      if (place.kind === 'file') return readImage(place.path, options);
      const bytes = await bytesAt(place, name).catch((error: Error) => {
        if (error instanceof ImageDataError) throw error;
        throw new ImageDataError(`${name}: expected a readable file: ${error.message}`, { cause: error });
      });
      return readImage(bytes, { name, ...options });
    },
    close: async () => {
      await Promise.all([handles.clear(), parquet.clear(), groups.clear()]);
    },
  };
}

/** The bytes of a cell: `{ bytes, path }` as the hub has it, or bytes. */
function bytesOf(cell: unknown): Uint8Array | undefined {
  const bytes = cell instanceof Uint8Array ? cell : (cell as { bytes?: unknown } | null | undefined)?.bytes;
  return bytes instanceof Uint8Array ? bytes : undefined;
}

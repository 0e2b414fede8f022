import yauzl from 'yauzl';
import type { ByteSource } from '../byte-source.js';
import { CheckpointError, CheckpointFormatError } from '../errors.js';

/** Where a stored (uncompressed) zip entry's bytes lie. */
export interface ZipEntry {
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Lets yauzl read from a ByteSource. */
class SourceReader extends yauzl.RandomAccessReader {
  constructor(
    private readonly source: ByteSource,
    private readonly onFault: (error: unknown) => void,
  ) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.source
      .read(buffer.subarray(offset, offset + length), position)
      .then(() => callback(null, length), callback)
      .catch(this.onFault);
  }
}

/**
 * Lists the entries of a zip archive (zip64 too), reading the directory and each entry's own header.
 * Throws CheckpointFormatError for damage, compression, encryption, climbing or repeated names, and overlaps.
 */
export async function readZipEntries(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  // A fault thrown inside one of yauzl's callbacks would otherwise leave its promise pending for ever.
  const { promise: fault, reject } = withRejection();
  try {
    return await Promise.race([fault, listEntries(source, new SourceReader(source, reject))]);
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointFormatError(source.name, `zip: ${(error as Error).message}`, { cause: error });
  }
}

function withRejection(): { promise: Promise<never>; reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  promise.catch(() => {});
  return { promise, reject };
}

async function listEntries(source: ByteSource, reader: SourceReader): Promise<ReadonlyMap<string, ZipEntry>> {
  const zip = await yauzl.fromRandomAccessReaderPromise(reader, source.size, { autoClose: false });
  const entries = new Map<string, ZipEntry>();
  const extents: { name: string; start: number; end: number }[] = [];
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    const fail = (rule: string): never => {
      throw new CheckpointFormatError(source.name, `zip entry ${JSON.stringify(name.slice(0, 200))}: ${rule}`);
    };
    if (entries.has(name)) fail('is there twice');
    if (entry.isEncrypted()) fail('is encrypted');
    if (entry.compressionMethod !== 0) fail('is compressed; torch.save stores entries as they are');
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    entries.set(name, { byteOffset: fileDataStart, byteLength: entry.compressedSize });
    extents.push({ name, start: entry.relativeOffsetOfLocalHeader, end: fileDataStart + entry.compressedSize });
  }
  extents.sort((a, b) => a.start - b.start);
  extents.forEach(({ name, start }, i) => {
    const before = extents[i - 1];
    if (before && start < before.end) {
      throw new CheckpointFormatError(source.name, `zip entries ${before.name} and ${name} overlap`);
    }
  });
  return entries;
}

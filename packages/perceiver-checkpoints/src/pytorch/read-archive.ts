import type { ByteSource } from '../byte-source.js';
import { CheckpointFormatError } from '../errors.js';
import type { PickleValue } from '../pickle/pickle-value.js';
import { unpickle } from '../pickle/unpickle.js';
import { LARGEST_PICKLE } from './largest-pickle.js';
import { loadStorage, torchGlobals } from './torch-globals.js';
import { readZipEntries, type ZipEntry } from './zip-entries.js';

/** Reads the structure of a file that PyTorch 1.6 or later saved: a zip archive of a pickle and of storages. */
export async function readArchive(source: ByteSource, unknownGlobals: 'refuse' | 'opaque'): Promise<PickleValue> {
  const entries = await readZipEntries(source);
  const prefix = findPrefix(source, entries);
  await checkByteOrder(source, entries.get(`${prefix}/byteorder`));
  const { byteOffset, byteLength } = entries.get(`${prefix}/data.pkl`)!;
  if (byteLength > LARGEST_PICKLE) {
    const rule = `data.pkl: expected at most ${LARGEST_PICKLE} bytes, got ${byteLength}`;
    throw new CheckpointFormatError(source.name, rule);
  }
  const bytes = new Uint8Array(byteLength);
  await source.read(bytes, byteOffset);
  return unpickle(bytes, {
    file: source.name,
    globals: torchGlobals(unknownGlobals),
    persistentLoad: (id) => loadStorage(id, (key) => entries.get(`${prefix}/data/${key}`)),
  }).value;
}

/** The folder that all entries of the archive are in. */
function findPrefix(source: ByteSource, entries: ReadonlyMap<string, ZipEntry>): string {
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new CheckpointFormatError(source.name, `expected one data.pkl in the archive, got ${pickles.length}`);
  }
  return pickles[0]!.slice(0, -'/data.pkl'.length);
}

async function checkByteOrder(source: ByteSource, entry: ZipEntry | undefined): Promise<void> {
  if (!entry) return; // Before PyTorch 2.1: always little-endian in practice.
  const bytes = new Uint8Array(Math.min(16, entry.byteLength));
  await source.read(bytes, entry.byteOffset);
  const order = new TextDecoder('latin1').decode(bytes);
  if (order !== 'little') throw new CheckpointFormatError(source.name, `byte order: expected little, got ${order}`);
}

import type { ByteSource } from '../byte-source.js';
import { CheckpointFormatError } from '../errors.js';
import type { PickleValue } from '../pickle/pickle-value.js';
import { type UnpickleOptions, unpickle } from '../pickle/unpickle.js';
import { LARGEST_PICKLE } from './largest-pickle.js';
import { loadStorage, type StorageEntry, torchGlobals } from './torch-globals.js';

// torch.save before 1.6 begins with a pickle of protocol 2 that holds the number 0x1950a86a20f9469cfc6c.
const START = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** Whether a file is of the kind that PyTorch wrote before version 1.6. */
export async function isLegacy(source: ByteSource): Promise<boolean> {
  const start = new Uint8Array(Math.min(START.length, source.size));
  await source.read(start, 0);
  return START.every((byte, i) => start[i] === byte);
}

/**
 * Reads the structure of a file of that kind: five pickles (magic number, version, system, contents, keys of the
 * storages), then for each key a count of elements (int64) and the elements.
 */
export async function readLegacy(source: ByteSource, unknownGlobals: 'refuse' | 'opaque'): Promise<PickleValue> {
  const bytes = new Uint8Array(Math.min(source.size, LARGEST_PICKLE));
  await source.read(bytes, 0);
  const globals = torchGlobals(unknownGlobals);
  let position = 0;
  const next = (persistentLoad?: UnpickleOptions['persistentLoad']) => {
    const { value, length } = unpickle(bytes.subarray(position), { file: source.name, globals, persistentLoad });
    position += length;
    return value;
  };
  next();
  const version = next();
  const system = next();
  if (version !== 1001 || !(system instanceof Map) || system.get('little_endian') !== true) {
    throw new CheckpointFormatError(source.name, 'expected a file of version 1001 from a little-endian machine');
  }
  // Where a storage lies is known only after the contents, so these are read twice.
  const contents = position;
  const sizes = new Map<string, number>();
  next((id) =>
    loadStorage(id, (key, byteLength) => {
      if ((sizes.get(key) ?? byteLength) !== byteLength) throw new Error(`storage ${key} has two sizes`);
      sizes.set(key, byteLength);
      return { byteOffset: 0, byteLength };
    }),
  );
  const entries = await placeStorages(source, next(), sizes, position);
  position = contents;
  return next((id) => loadStorage(id, (key) => entries.get(key)));
}

async function placeStorages(
  source: ByteSource,
  keys: PickleValue,
  sizes: ReadonlyMap<string, number>,
  start: number,
): Promise<ReadonlyMap<string, StorageEntry>> {
  if (!Array.isArray(keys)) throw new CheckpointFormatError(source.name, 'expected a list of storages');
  const entries = new Map<string, StorageEntry>();
  let position = start;
  for (const key of keys) {
    const byteLength = typeof key === 'string' ? sizes.get(key) : undefined;
    if (typeof key !== 'string' || byteLength === undefined || entries.has(key)) {
      throw new CheckpointFormatError(source.name, 'the list of storages does not match the contents');
    }
    const head = new Uint8Array(8);
    await source.read(head, position);
    const count = new DataView(head.buffer).getBigInt64(0, true);
    // The count is of elements, of one of 1, 2, 4 or 8 bytes.
    if (byteLength > 0 && ![1n, 2n, 4n, 8n].some((size) => count * size === BigInt(byteLength))) {
      throw new CheckpointFormatError(
        source.name,
        `storage ${key}: expected ${byteLength} bytes, got ${count} elements`,
      );
    }
    entries.set(key, { byteOffset: position + 8, byteLength });
    position += 8 + byteLength;
  }
  if (position > source.size) {
    throw new CheckpointFormatError(source.name, `truncated: expected ${position} bytes, got ${source.size}`);
  }
  return entries;
}

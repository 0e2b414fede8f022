import type { ByteSource } from '../byte-source.js';
import type { CheckpointReader } from '../checkpoint-reader.js';
import { CheckpointFormatError } from '../errors.js';
import { fileSource } from '../file-source.js';
import type { PickleValue } from '../pickle/pickle-value.js';
import { unpickle } from '../pickle/unpickle.js';
import { createReader } from '../tensors/create-reader.js';
import { collectTensors } from './collect-tensors.js';
import { loadStorage, torchGlobals } from './torch-globals.js';
import { readZipEntries, type ZipEntry } from './zip-entries.js';

/** Options of `openPyTorch` and `readPyTorch`. */
export interface PyTorchOptions {
  /**
   * Which dict of the file holds the weights, for example `model` or `optimizer`. By default `state_dict` where there
   * is one (Lightning checkpoints), else the whole file.
   */
  readonly key?: string;
  /**
   * What to do with classes that are neither tensors nor plain values. `refuse` (the default) throws; `opaque` keeps
   * their names and arguments as inert records, which opens training checkpoints with hyper-parameter objects inside.
   * Code is never run, either way.
   */
  readonly unknownGlobals?: 'refuse' | 'opaque';
}

/** A PyTorch file, opened. */
export interface PyTorchReader extends CheckpointReader {
  /** All that was pickled, for example a Lightning checkpoint's `hyper_parameters`. Tensors in it are not readable. */
  readonly contents: PickleValue;
}

const LARGEST_PICKLE = 64 * 2 ** 20;
// torch.save before 1.6: a pickle of protocol 2 holding the number 0x1950a86a20f9469cfc6c.
const LEGACY_START = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/**
 * Opens what `torch.save` wrote (a zip archive), in any ByteSource. The structure is read now, tensors when asked for.
 * Throws CheckpointFormatError for damage, for hostile files, and for classes that are not on the list.
 */
export async function readPyTorch(
  source: ByteSource,
  { key, unknownGlobals = 'refuse' }: PyTorchOptions = {},
): Promise<PyTorchReader> {
  await refuseLegacy(source);
  const entries = await readZipEntries(source);
  const prefix = findPrefix(source, entries);
  await checkByteOrder(source, entries.get(`${prefix}/byteorder`));
  const { byteOffset, byteLength } = entries.get(`${prefix}/data.pkl`)!;
  if (byteLength > LARGEST_PICKLE) {
    throw new CheckpointFormatError(
      source.name,
      `data.pkl: expected at most ${LARGEST_PICKLE} bytes, got ${byteLength}`,
    );
  }
  const bytes = new Uint8Array(byteLength);
  await source.read(bytes, byteOffset);
  const contents = unpickle(bytes, {
    file: source.name,
    globals: torchGlobals(unknownGlobals),
    persistentLoad: (id) => loadStorage(id, (storage) => entries.get(`${prefix}/data/${storage}`)),
  }).value;
  const tensors = collectTensors(source.name, contents, key);
  return { ...createReader({ format: 'pytorch', source, tensors }), contents };
}

/** Opens a `.bin`, `.pt`, `.pth` or `.ckpt` file that `torch.save` wrote; see `readPyTorch`. */
export async function openPyTorch(path: string, options: PyTorchOptions = {}): Promise<PyTorchReader> {
  const source = await fileSource(path);
  try {
    return await readPyTorch(source, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function refuseLegacy(source: ByteSource): Promise<void> {
  const start = new Uint8Array(Math.min(LEGACY_START.length, source.size));
  await source.read(start, 0);
  if (LEGACY_START.every((byte, i) => start[i] === byte)) {
    throw new CheckpointFormatError(
      source.name,
      'was written by torch.save before PyTorch 1.6, or with _use_new_zipfile_serialization=False; write it anew with ' +
        '`torch.save(torch.load(path, weights_only=True), path)`',
    );
  }
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

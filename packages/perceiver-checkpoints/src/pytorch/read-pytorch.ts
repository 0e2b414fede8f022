import type { ByteSource } from '../byte-source.js';
import type { CheckpointReader } from '../checkpoint-reader.js';
import { fileSource } from '../file-source.js';
import type { PickleValue } from '../pickle/pickle-value.js';
import { createReader } from '../tensors/create-reader.js';
import { collectTensors } from './collect-tensors.js';
import { readArchive } from './read-archive.js';
import { isLegacy, readLegacy } from './read-legacy.js';

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

/**
 * Opens what `torch.save` wrote, in any ByteSource: a zip archive, or the format before PyTorch 1.6. The structure is
 * read now, tensors when asked for.
 * Throws CheckpointFormatError for damage, for hostile files, and for classes that are not on the list.
 */
export async function readPyTorch(
  source: ByteSource,
  { key, unknownGlobals = 'refuse' }: PyTorchOptions = {},
): Promise<PyTorchReader> {
  const read = (await isLegacy(source)) ? readLegacy : readArchive;
  const contents = await read(source, unknownGlobals);
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

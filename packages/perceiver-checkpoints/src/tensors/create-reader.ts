import type { ByteSource } from '../byte-source.js';
import type { CheckpointReader, TensorInfo } from '../checkpoint-reader.js';
import { CheckpointNotFoundError } from '../errors.js';
import { nearestName } from './nearest-name.js';
import { readTensor, readTensorInto } from './read-tensor.js';

/** Parts of a reader over one file. */
export interface ReaderParts {
  readonly format: CheckpointReader['format'];
  readonly source: ByteSource;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Where a tensor's elements are, if not in `source`. */
  readonly sourceOf?: (name: string) => ByteSource | undefined;
}

/** The entry of `name`. Throws CheckpointNotFoundError that names the nearest one. */
export function findTensor<T>(file: string, tensors: ReadonlyMap<string, T>, name: string): T {
  const info = tensors.get(name);
  if (info !== undefined) return info;
  const nearest = nearestName(name, tensors.keys());
  const hint = nearest === undefined ? 'it has no tensors' : `did you mean ${nearest}?`;
  throw new CheckpointNotFoundError(`${file}: no tensor named ${name} among ${tensors.size}; ${hint}`);
}

/** A reader over the tensors of one file. */
export function createReader({ format, source, tensors, metadata = {}, sourceOf }: ReaderParts): CheckpointReader {
  const sourceFor = (name: string) => sourceOf?.(name) ?? source;
  return {
    format,
    files: [source.name],
    tensors,
    metadata,
    read: async (name) => readTensor(sourceFor(name), findTensor(source.name, tensors, name)),
    readInto: async (name, target) =>
      readTensorInto(sourceFor(name), name, findTensor(source.name, tensors, name), target),
    close: () => source.close(),
  };
}

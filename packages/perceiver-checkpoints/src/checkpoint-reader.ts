import type { Dtype } from './tensors/dtype.js';
import type { TensorData } from './tensors/tensor-data.js';

/** What is known of a tensor before it is read, and where its bytes lie. */
export interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** The file that holds it: of a sharded checkpoint, the shard. */
  readonly file: string;
  /** Absolute position of the first element in `file`, so that weights can be memory-mapped from there. */
  readonly byteOffset: number;
  /** Size of all elements in bytes. Little-endian, row-major at `byteOffset`, unless `strides` is set. */
  readonly byteLength: number;
  /**
   * Set where the elements do not lie in the order of `shape` (PyTorch's transposed and expanded views, parameters of
   * another library whose axes are exchanged): steps in elements per axis.
   */
  readonly strides?: readonly number[];
  /** Set where the file does not hold the elements as they are (NumPy's pickles of protocol 2); `byteOffset` means nothing then. */
  readonly isEncoded?: boolean;
}

/** A checkpoint, opened: names, types and shapes are known; tensors are read one by one when asked for. */
export interface CheckpointReader {
  readonly format: 'safetensors' | 'pytorch' | 'numpy';
  /** The files that are open: one, or the shards. */
  readonly files: readonly string[];
  /** All tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Texts that a safetensors file carries (`__metadata__`); empty for other files. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Reads one tensor in its own type. Throws CheckpointNotFoundError for an unknown name. */
  read(name: string): Promise<TensorData>;
  /**
   * Reads one tensor into the caller's memory, converted to float32 on the way; needs at most 4 MB besides
   * (for a tensor with `strides`, the span that it covers). `target` must have exactly the tensor's element count.
   */
  readInto(name: string, target: Float32Array): Promise<void>;
  close(): Promise<void>;
}

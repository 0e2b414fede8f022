import { CheckpointError } from '../errors.js';
import { LARGEST_JSON } from '../json/parse-json-object.js';
import { DTYPES, type Dtype, elementCount, isDtype } from '../tensors/dtype.js';

/** Type and shape of a tensor to be written. */
export interface TensorSpec {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** Bytes to put at the start of a file, and where each tensor's data goes. */
export interface BuiltHeader {
  readonly bytes: Uint8Array;
  /** Absolute byte offsets, in the order of the data: widest elements first, else the caller's order. */
  readonly offsets: ReadonlyMap<string, { readonly byteOffset: number; readonly byteLength: number }>;
  readonly fileSize: number;
}

// The data starts at a multiple of a cache line; within it wide types come first, so each tensor is aligned.
const ALIGNMENT = 64;

/** Lays out a safetensors file. Throws CheckpointError for names, shapes or types that cannot be written. */
export function buildHeader(
  specs: ReadonlyMap<string, TensorSpec>,
  metadata: Readonly<Record<string, string>> = {},
): BuiltHeader {
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  const relative = new Map<string, { byteOffset: number; byteLength: number }>();
  let position = 0;
  const sorted = [...specs].sort(([, a], [, b]) => (DTYPES[b.dtype]?.bytes ?? 0) - (DTYPES[a.dtype]?.bytes ?? 0));
  for (const [name, { dtype, shape }] of sorted) {
    if (name === '__metadata__') throw new CheckpointError('a tensor cannot be named __metadata__');
    if (!isDtype(dtype) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw new CheckpointError(`tensor ${name}: expected a known dtype and whole sizes, got ${dtype} [${shape}]`);
    }
    const byteLength = elementCount(shape) * DTYPES[dtype].bytes;
    relative.set(name, { byteOffset: position, byteLength });
    entries.push([name, { dtype, shape, data_offsets: [position, position + byteLength] }]);
    position += byteLength;
  }
  // Joined by hand: Object.fromEntries would reorder names that look like integers.
  const text = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const json = new TextEncoder().encode(text);
  const length = Math.ceil((8 + json.byteLength) / ALIGNMENT) * ALIGNMENT - 8;
  if (length > LARGEST_JSON) {
    throw new CheckpointError(`header of ${length} bytes; at most ${LARGEST_JSON} are read back`);
  }
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  const offsets = new Map(
    [...relative].map(([name, at]) => [name, { ...at, byteOffset: bytes.byteLength + at.byteOffset }]),
  );
  return { bytes, offsets, fileSize: bytes.byteLength + position };
}

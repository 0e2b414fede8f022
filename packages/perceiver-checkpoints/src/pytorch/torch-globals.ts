import {
  globalName,
  isPickleGlobal,
  opaqueGlobal,
  type PickleGlobal,
  type PickleGlobals,
  type PickleValue,
  pickleGlobal,
} from '../pickle/pickle-value.js';
import { DTYPES, type Dtype, elementCount } from '../tensors/dtype.js';
import { spanOf } from '../tensors/read-tensor.js';
import { STORAGE_DTYPES, TORCH_DTYPES } from './torch-types.js';

/** A tensor as a pickle describes it: a view of a storage. */
export class TorchTensor {
  constructor(
    readonly dtype: Dtype,
    readonly shape: readonly number[],
    /** Steps in elements. */
    readonly strides: readonly number[],
    /** Absolute position in the file of the first element. */
    readonly byteOffset: number,
  ) {}
}

/** A storage: bytes in the file, and the type of their elements. */
class TorchStorage {
  constructor(
    readonly dtype: Dtype,
    readonly entry: StorageEntry,
    readonly byteLength: number,
  ) {}
}

/** Where a storage's bytes lie in the file. */
export interface StorageEntry {
  readonly byteOffset: number;
  readonly byteLength: number;
}

// An expanded tensor (stride 0) may have more elements than are stored; past this it is taken for an attack.
const MOST_EXPANDED_ELEMENTS = 2 ** 24;
const MOST_AXES = 64;
// Configuration classes of the `perceiver-io` package, which its Lightning checkpoints hold: always kept as inert records.
const HYPER_PARAMETER_CLASSES = /^perceiver\.model\.[\w.]+Config$/;

/** What a PyTorch pickle may name: what builds tensors, dicts and sets; and nothing else. */
export function torchGlobals(unknownGlobals: 'refuse' | 'opaque'): PickleGlobals {
  return (name) =>
    GLOBALS.get(name) ??
    (Object.hasOwn(STORAGE_DTYPES, name) || Object.hasOwn(TORCH_DTYPES, name)
      ? pickleGlobal(name)
      : unknownGlobals === 'opaque' || HYPER_PARAMETER_CLASSES.test(name)
        ? opaqueGlobal(name)
        : undefined);
}

/**
 * Resolves PyTorch's persistent ids, ('storage', type, key, location, element count), to places in the file.
 * `entryOf` is given the key and the bytes that the id promises.
 */
export function loadStorage(
  id: PickleValue,
  entryOf: (key: string, byteLength: number) => StorageEntry | undefined,
): TorchStorage {
  const [kind, type, key, , count, view] = Array.isArray(id) ? id : [];
  const typeName = isPickleGlobal(type) ? type[globalName] : '';
  if (kind !== 'storage' || typeof key !== 'string' || !isCount(count) || !Object.hasOwn(STORAGE_DTYPES, typeName)) {
    throw new Error('expected a persistent id of a storage with a known type');
  }
  // Before PyTorch 0.4 a storage could be a part of another; nothing writes that any more.
  if (view !== undefined && view !== null) throw new Error('storage views are not supported');
  const dtype = STORAGE_DTYPES[typeName]!;
  const byteLength = count * DTYPES[dtype].bytes;
  const entry = entryOf(key, byteLength);
  if (!entry) throw new Error(`storage ${JSON.stringify(key.slice(0, 80))} is not in the file`);
  if (byteLength > entry.byteLength) {
    throw new Error(`storage ${key}: expected ${byteLength} bytes, got ${entry.byteLength}`);
  }
  return new TorchStorage(dtype, entry, byteLength);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isCount);
}

function rebuildTensor(args: readonly PickleValue[], dtypeGlobal?: PickleValue): TorchTensor {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof TorchStorage)) throw new Error('tensor: expected a storage');
  const dtypeName = isPickleGlobal(dtypeGlobal) ? dtypeGlobal[globalName] : undefined;
  const dtype = dtypeName === undefined ? storage.dtype : TORCH_DTYPES[dtypeName];
  if (!dtype) throw new Error(`tensor: dtype ${dtypeName} is not supported`);
  if (!isCount(offset) || !isSizes(shape) || !isSizes(strides) || shape.length !== strides.length) {
    throw new Error('tensor: expected an offset, sizes and as many strides, all whole and not negative');
  }
  const { bytes } = DTYPES[dtype];
  const span = spanOf(shape, strides);
  const elements = elementCount(shape);
  if ((offset + span) * bytes > storage.byteLength && elements > 0) {
    throw new Error(`tensor [${shape}] with strides [${strides}] at ${offset} reaches outside its storage`);
  }
  if (elements > span && elements > MOST_EXPANDED_ELEMENTS) {
    throw new Error(`tensor [${shape}] with strides [${strides}] expands ${span} stored elements to ${elements}`);
  }
  // An empty tensor may point anywhere; it is kept inside the entry.
  const byteOffset = storage.entry.byteOffset + (elements > 0 ? offset * bytes : 0);
  return new TorchTensor(dtype, Object.freeze([...shape]), Object.freeze([...strides]), byteOffset);
}

function parameterOf([tensor]: readonly PickleValue[]): TorchTensor {
  if (!(tensor instanceof TorchTensor)) throw new Error('parameter: expected a tensor');
  return tensor;
}

function dictOf(pairs: PickleValue | undefined): Map<PickleValue, PickleValue> {
  if (pairs === undefined || pairs === null) return new Map();
  if (pairs instanceof Map) return new Map(pairs);
  if (!Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
    throw new Error('dict: expected pairs');
  }
  return new Map(pairs as [PickleValue, PickleValue][]);
}

function listOf(values: PickleValue | undefined): PickleValue[] {
  if (values === undefined) return [];
  if (values instanceof Set) return [...values];
  if (!Array.isArray(values)) throw new Error('expected a list');
  return [...values];
}

/** Python 2's way to pickle bytes, which torch.save's protocol uses: a text whose characters are the bytes. */
function latin1Bytes([text, encoding]: readonly PickleValue[]): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1') throw new Error('bytes: expected Latin-1 text');
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map(
  Object.entries<NonNullable<PickleGlobal['call']>>({
    'torch._utils._rebuild_tensor': (args) => rebuildTensor(args),
    'torch._utils._rebuild_tensor_v2': (args) => rebuildTensor(args),
    'torch._utils._rebuild_tensor_v3': (args) => rebuildTensor(args, args[6]),
    'torch._utils._rebuild_parameter': parameterOf,
    'torch._utils._rebuild_parameter_with_state': parameterOf,
    'torch.Size': ([sizes]) => listOf(sizes),
    'torch.device': (args) => args.map(String).join(':'),
    'collections.OrderedDict': ([pairs]) => dictOf(pairs),
    'collections.Counter': ([pairs]) => dictOf(pairs),
    'collections.defaultdict': ([, pairs]) => dictOf(pairs),
    'builtins.set': ([values]) => new Set(listOf(values)),
    'builtins.frozenset': ([values]) => new Set(listOf(values)),
    '__builtin__.set': ([values]) => new Set(listOf(values)),
    '__builtin__.frozenset': ([values]) => new Set(listOf(values)),
    '_codecs.encode': latin1Bytes,
  }).map(([name, call]) => [name, pickleGlobal(name, call)]),
);

import {
  globalName,
  isPickleGlobal,
  type PickleGlobal,
  type PickleGlobals,
  type PickleValue,
  pickleGlobal,
} from '../pickle/pickle-value.js';
import { StoredText } from '../pickle/stored.js';
import { NumpyArray, NumpyDtype } from './numpy-array.js';

/** What a pickle of NumPy arrays may name: what builds arrays, and Haiku's and Python's own dicts; and nothing else. */
export const numpyGlobals: PickleGlobals = (name) => GLOBALS.get(name);

function reconstruct([type]: readonly PickleValue[]): NumpyArray {
  if (!isPickleGlobal(type) || type[globalName] !== 'numpy.ndarray') throw new Error('array: expected numpy.ndarray');
  return new NumpyArray();
}

/** Protocol 5: the elements first, then dtype, shape and order. */
function fromBuffer([data, dtype, shape, order]: readonly PickleValue[]): NumpyArray {
  if (order !== 'C' && order !== 'F') throw new Error('array: expected an order of C or F');
  const array = new NumpyArray();
  array.fill(shape!, dtype!, order === 'F', data!);
  return array;
}

/** Protocol 2: bytes as a text whose characters they are. */
function latin1Bytes([text, encoding]: readonly PickleValue[]): StoredText | Uint8Array {
  if (encoding !== 'latin1') throw new Error('bytes: expected Latin-1 text');
  if (text instanceof StoredText) return text;
  if (typeof text !== 'string' || /[^\0-\xff]/.test(text)) throw new Error('bytes: expected Latin-1 text');
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Protocol 2: how no bytes are written. */
function noBytes(args: readonly PickleValue[]): Uint8Array {
  if (args.length > 0) throw new Error('bytes: expected none');
  return new Uint8Array(0);
}

function dictOf([contents]: readonly PickleValue[]): Map<PickleValue, PickleValue> {
  if (contents === undefined) return new Map();
  if (contents instanceof Map) return contents;
  throw new Error('expected a dict');
}

// Since NumPy 2 the modules begin with an underscore.
const MODULES = ['numpy.core', 'numpy._core'];

const GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map(
  [
    ...MODULES.map((module) => pickleGlobal(`${module}.multiarray._reconstruct`, reconstruct)),
    ...MODULES.map((module) => pickleGlobal(`${module}.numeric._frombuffer`, fromBuffer)),
    pickleGlobal('numpy.ndarray'),
    pickleGlobal('numpy.dtype', ([code]) => new NumpyDtype(code)),
    pickleGlobal('_codecs.encode', latin1Bytes),
    pickleGlobal('__builtin__.bytes', noBytes),
    pickleGlobal('collections.OrderedDict', dictOf),
    pickleGlobal('haiku._src.data_structures.FlatMapping', dictOf),
    pickleGlobal('haiku._src.data_structures.frozendict', dictOf),
  ].map((global) => [global[globalName], global]),
);

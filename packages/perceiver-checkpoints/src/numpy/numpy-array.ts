import { type PickleValue, setState } from '../pickle/pickle-value.js';
import { StoredBytes, StoredText } from '../pickle/stored.js';
import { DTYPES, type Dtype, elementCount } from '../tensors/dtype.js';
import { NUMPY_DTYPES } from './numpy-types.js';

const MOST_AXES = 32;

/** An element type, as `numpy.dtype('f4', False, True)` and its state (3, '<', None, ...) make it. */
export class NumpyDtype {
  readonly dtype: Dtype;

  constructor(code: PickleValue | undefined) {
    const bare = typeof code === 'string' ? code.replace(/^[<|=]/, '') : '';
    if (!Object.hasOwn(NUMPY_DTYPES, bare)) {
      throw new Error(`dtype: expected one of ${Object.keys(NUMPY_DTYPES).join(', ')}, got ${shown(code)}`);
    }
    this.dtype = NUMPY_DTYPES[bare]!;
  }

  [setState](state: PickleValue): void {
    const order = Array.isArray(state) ? state[1] : undefined;
    if (order !== '<' && order !== '|' && order !== '=') {
      throw new Error(`dtype: expected little-endian elements ("<"), got ${shown(order)}`);
    }
  }
}

/** Where an array's elements are: in the file as they are, in the file as Latin-1 text in UTF-8, or in memory. */
export type NumpyData = StoredBytes | StoredText | Uint8Array;

/** An array: its elements are not read yet. Shape and data come with the state, after it was made. */
export class NumpyArray {
  dtype: Dtype = 'U8';
  shape: readonly number[] = [0];
  /** First axis fastest. */
  isFortran = false;
  data: NumpyData = new Uint8Array(0);

  /** What `ndarray.__setstate__` takes: version, shape, dtype, whether in Fortran's order, bytes. */
  [setState](state: PickleValue): void {
    const parts = Array.isArray(state) ? state.slice(-4) : [];
    const [shape, dtype, isFortran, data] = parts;
    if (parts.length !== 4 || typeof isFortran !== 'boolean') {
      throw new Error('array: expected a state of shape, dtype, order and data');
    }
    this.fill(shape!, dtype!, isFortran, data!);
  }

  /** Sets all that an array is, checked. */
  fill(shape: PickleValue, dtype: PickleValue, isFortran: boolean, data: PickleValue): void {
    const isSize = (value: PickleValue) => Number.isSafeInteger(value) && (value as number) >= 0;
    if (!Array.isArray(shape) || shape.length > MOST_AXES || !shape.every(isSize)) {
      throw new Error(`array: expected a shape of at most ${MOST_AXES} sizes, got ${shown(shape)}`);
    }
    if (!(dtype instanceof NumpyDtype)) throw new Error('array: expected a dtype');
    if (!(data instanceof StoredBytes || data instanceof StoredText || data instanceof Uint8Array)) {
      throw new Error('array: expected bytes; arrays of Python objects are not read');
    }
    const sizes = shape as number[];
    const expected = elementCount(sizes) * DTYPES[dtype.dtype].bytes;
    // A byte from 128 on takes two in UTF-8, so that a text's length only bounds that of the data.
    const isText = data instanceof StoredText;
    const most = isText ? 2 * expected : expected;
    if (data.byteLength < expected || data.byteLength > most) {
      throw new Error(`array of ${dtype.dtype} [${sizes}]: expected ${expected} bytes, got ${data.byteLength}`);
    }
    this.dtype = dtype.dtype;
    this.shape = Object.freeze([...sizes]);
    this.isFortran = isFortran;
    this.data = data;
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(shown)}]`;
  return typeof value === 'object' ? 'an object' : String(value).slice(0, 80);
}

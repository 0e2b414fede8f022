import type { Dtype, TensorArray } from './dtype.js';
import type { TensorData } from './tensor-data.js';

let halfTable: Float32Array | undefined;

/** All 65,536 half-precision numbers, indexed by their bits. */
function halfToFloat(): Float32Array {
  if (halfTable) return halfTable;
  halfTable = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) halfTable[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) halfTable[bits] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else halfTable[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halfTable;
}

/** Converts elements of any type to float32 and writes them into `target` from `offset` on. */
export function convertToFloat32(dtype: Dtype, data: TensorArray, target: Float32Array, offset = 0): void {
  if (dtype === 'F16') {
    const table = halfToFloat();
    const bits = data as Uint16Array;
    for (let i = 0; i < bits.length; i++) target[offset + i] = table[bits[i]!]!;
  } else if (dtype === 'BF16') {
    const bits = data as Uint16Array;
    const words = new Uint32Array(target.buffer, target.byteOffset + 4 * offset, bits.length);
    for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  } else if (dtype === 'I64' || dtype === 'U64') {
    const integers = data as BigInt64Array | BigUint64Array;
    for (let i = 0; i < integers.length; i++) target[offset + i] = Number(integers[i]);
  } else {
    target.set(data as Float32Array, offset);
  }
}

/**
 * The elements of a tensor as float32; int64 and float64 are rounded to the nearest.
 * A float32 tensor's own array is returned, not a copy.
 */
export function toFloat32(tensor: TensorData): Float32Array {
  if (tensor.dtype === 'F32') return tensor.data as Float32Array;
  const target = new Float32Array(tensor.data.length);
  convertToFloat32(tensor.dtype, tensor.data, target);
  return target;
}

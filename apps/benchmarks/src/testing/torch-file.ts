import { zipSync } from 'fflate';

/** A tensor to write: float32, or int64 where the numbers are bigints. */
export interface TorchTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const int32 = (value: number) => [...new Uint8Array(Int32Array.of(value).buffer)];

/** A state dict in the format of `torch.save`: a zip archive of a pickle (protocol 2) and of the storages. */
export function torchFile(tensors: ReadonlyMap<string, TorchTensor>): Uint8Array {
  const pickle: number[] = [0x80, 2];
  const ascii = (text: string) => pickle.push(...utf8(text));
  const text = (value: string) => pickle.push(0x58, ...int32(utf8(value).length), ...utf8(value));
  const integer = (value: number) => pickle.push(0x4a, ...int32(value));
  const tuple = (values: readonly number[]) => {
    ascii('(');
    values.forEach(integer);
    ascii('t');
  };
  const files: Record<string, Uint8Array> = {};
  ascii('ccollections\nOrderedDict\n)R(');
  [...tensors].forEach(([name, { shape, data }], index) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    text(name);
    ascii('ctorch._utils\n_rebuild_tensor_v2\n((');
    text('storage');
    ascii(data instanceof Float32Array ? 'ctorch\nFloatStorage\n' : 'ctorch\nLongStorage\n');
    text(`${index}`);
    text('cpu');
    integer(data.length);
    ascii('tQ');
    integer(0);
    tuple(shape);
    tuple(strides);
    pickle.push(0x89);
    ascii('ccollections\nOrderedDict\n)RtR');
    files[`archive/data/${index}`] = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  });
  ascii('u.');
  return zipSync(
    { 'archive/data.pkl': Uint8Array.from(pickle), 'archive/byteorder': utf8('little'), ...files },
    { level: 0 },
  );
}

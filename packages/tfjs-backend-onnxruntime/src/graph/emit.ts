import {
  type Attributes,
  allocate,
  dataValue,
  type ElementType,
  fileValue,
  type HostArray,
  type Node,
  sizeOf,
  type Tracing,
  type Value,
} from './value.js';

export interface OutputSpec {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** Appends a node and gives its outputs. A result without elements becomes an empty constant, since not every ONNX kernel takes those. */
export function emitMany(
  op: string,
  inputs: readonly (Value | undefined)[],
  outputs: readonly OutputSpec[],
  attributes: Attributes = {},
  domain = '',
): Value[] {
  if (outputs.every(({ shape }) => sizeOf(shape) === 0)) {
    return outputs.map(({ type, shape }) => dataValue(type, shape, allocate(type, 0)));
  }
  let traced: Tracing | undefined;
  for (const input of inputs) traced ??= input?.traced;
  const values: Value[] = [];
  const node: Node = { op, domain, inputs, attributes, outputs: values };
  for (const { type, shape } of outputs)
    values.push({ type, shape, node, data: undefined, traced, references: 0, owners: { count: 0 } });
  return values;
}

/** Appends a node of one output. */
export function emit(
  op: string,
  inputs: readonly (Value | undefined)[],
  type: ElementType,
  shape: readonly number[],
  attributes?: Attributes,
  domain?: string,
): Value {
  return emitMany(op, inputs, [{ type, shape }], attributes, domain)[0]!;
}

/** An int64 list, as ONNX takes shapes and axes. */
export function int64s(values: readonly number[]): Value {
  return dataValue('int64', [values.length], BigInt64Array.from(values, BigInt));
}

export function constant(
  type: ElementType,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): Value {
  const data = type === 'int64' ? BigInt64Array.from(values, BigInt) : arrayOf(type, values);
  return dataValue(type, shape, data);
}

function arrayOf(type: Exclude<ElementType, 'int64'>, values: readonly number[]): HostArray {
  const data = allocate(type, values.length) as Exclude<HostArray, BigInt64Array>;
  data.set(values);
  return data;
}

export const scalarInt64 = (value: number): Value => dataValue('int64', [], BigInt64Array.of(BigInt(value)));

export const scalar = (type: ElementType, value: number): Value => constant(type, [value], []);

export function cast(x: Value, type: ElementType): Value {
  if (x.type === type) return x;
  const onnxType = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float64: 11, uint32: 12 }[type];
  return emit('Cast', [x], type, x.shape, { to: { kind: 'int', value: onnxType } });
}

/** A value of another shape over the same data. */
export function reshape(x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x;
  if (x.data !== undefined) return dataValue(x.type, shape, x.data, x.owners);
  if (x.file !== undefined) return fileValue(x.type, shape, x.file);
  // A shape of a shape is one shape.
  if (x.node?.op === 'Reshape') return reshape(x.node.inputs[0]!, shape);
  return emit('Reshape', [x, int64s(shape)], x.type, shape, { allowzero: { kind: 'int', value: 1 } });
}

export function transpose(x: Value, permutation: readonly number[]): Value {
  if (permutation.every((axis, i) => axis === i)) return x;
  const shape = permutation.map((axis) => x.shape[axis]!);
  // Moving axes of length one moves no data.
  const moved = permutation.filter((axis) => x.shape[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || moved[i - 1]! < axis)) return reshape(x, shape);
  return emit('Transpose', [x], x.type, shape, { perm: { kind: 'ints', value: permutation } });
}

export function expand(x: Value, shape: readonly number[]): Value {
  return sameShape(x.shape, shape) ? x : emit('Expand', [x, int64s(shape)], x.type, shape);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dimension, i) => dimension === b[i]);
}

export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new Error(`Operands could not be broadcast together with shapes ${a} and ${b}.`);
    }
    shape.push(x === 1 ? y : x);
  }
  return shape;
}

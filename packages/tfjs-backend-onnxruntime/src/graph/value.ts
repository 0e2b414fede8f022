/** Element types of graph values, by ONNX Runtime's names. tfjs knows float32, int32 and bool; the others appear inside kernels only. */
export type ElementType = 'float32' | 'float64' | 'int32' | 'bool' | 'int64' | 'uint32' | 'uint8';

export type HostArray = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array | Uint32Array;

/** ONNX node attributes; the constructors below say which kind a number is. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] };

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const text = (value: string): Attribute => ({ kind: 'string', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const floats = (value: readonly number[]): Attribute => ({ kind: 'floats', value });

export type Attributes = Readonly<Record<string, Attribute>>;

/** The body of a loop that carries one value. */
export interface LoopBody {
  /** Stands for the carried value at the beginning of a turn. */
  readonly parameter: Value;
  /** The carried value at the end of a turn; depends on `parameter`. */
  readonly result: Value;
  /** The nodes that depend on `parameter`; all else is computed once, outside. */
  readonly nodes: ReadonlySet<Node>;
  /** Inputs of the loop's node that ONNX knows; behind them stand the values from outside that the body uses. */
  readonly ownInputs: number;
}

export interface Node {
  readonly op: string;
  /** Empty for ONNX itself, or `com.microsoft`. */
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly body?: LoopBody;
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

/**
 * A tensor in a graph. It comes from a node, or holds `data` (a constant, or a result that has been computed), or is a
 * placeholder: an argument of a function that is being traced.
 */
export interface Value {
  readonly type: ElementType;
  readonly shape: readonly number[];
  node: Node | undefined;
  data: HostArray | undefined;
  /** Where the data lie in a file, for weights that are mapped into memory rather than read. */
  readonly file?: FileRegion;
  /** Depends on a placeholder, so it has no data of its own. */
  readonly traced: Tracing | undefined;
  /** Live tensors that stand for this value; a value with any is kept when the graph below it is computed. */
  references: number;
  /** Counts the live tensors over the same memory: this value's and those of other shapes of it. */
  readonly owners: { count: number };
}

/** A region of a file that holds a tensor's numbers, little-endian and row-major. */
export interface FileRegion {
  /** Absolute path. */
  readonly path: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** One run of `jit`'s tracer, named for error messages. */
export interface Tracing {
  readonly name: string;
  /** Only operations of the ONNX standard, so that the graph runs anywhere. */
  readonly portable: boolean;
}

export function placeholder(type: ElementType, shape: readonly number[], traced: Tracing): Value {
  return { type, shape, node: undefined, data: undefined, traced, references: 0, owners: { count: 0 } };
}

export function dataValue(
  type: ElementType,
  shape: readonly number[],
  data: HostArray,
  owners: Value['owners'] = { count: 0 },
): Value {
  return { type, shape, node: undefined, data, traced: undefined, references: 0, owners };
}

/** A tensor whose numbers stay in a file until something other than a compiled constant needs them. */
export function fileValue(type: ElementType, shape: readonly number[], file: FileRegion): Value {
  return {
    type,
    shape,
    node: undefined,
    data: undefined,
    file,
    traced: undefined,
    references: 0,
    owners: { count: 0 },
  };
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
  int64: BigInt64Array,
  uint32: Uint32Array,
} as const;

export function allocate(type: ElementType, size: number): HostArray {
  return new arrayTypes[type](size);
}

/** The numbers in `bytes`, which may begin anywhere in a buffer. */
export function fromBytes(type: ElementType, bytes: Uint8Array): HostArray {
  const data = allocate(type, bytes.byteLength / arrayTypes[type].BYTES_PER_ELEMENT);
  new Uint8Array(data.buffer).set(bytes);
  return data;
}

export const bytesPerElement = (type: ElementType): number => arrayTypes[type].BYTES_PER_ELEMENT;

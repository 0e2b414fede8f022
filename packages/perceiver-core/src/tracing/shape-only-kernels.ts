import * as tf from '@tensorflow/tfjs';

/** Shape and type of a kernel's output; data does not exist. */
export interface Shaped {
  readonly shape: number[];
  readonly dtype: tf.DataType;
}

/** Attributes of all kernels below together; each uses a few. */
interface Attributes {
  readonly axis: number;
  /** What tfjs calls the axes of its maximum. */
  readonly reductionIndices: number | number[];
  readonly keepDims: boolean;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly filterSize: [number, number];
  readonly pad: number | 'valid' | 'same';
  readonly dimRoundingMode: 'floor' | 'round' | 'ceil' | undefined;
  readonly dtype: tf.DataType;
  readonly shape: number[];
  readonly start: number;
  readonly stop: number;
  readonly step: number | undefined;
  readonly depth: number;
  readonly dim: number;
  readonly perm: number[];
  readonly numOrSizeSplits: number | number[];
  readonly begin: number[];
  readonly size: number[];
  readonly paddings: [number, number][];
  readonly reps: number[];
  readonly batchDims: number | undefined;
  readonly k: number;
}

type ShapeRule = (inputs: Record<string, Shaped>, attributes: Attributes) => Shaped | Shaped[];

const same: ShapeRule = ({ x, a, logits, dx }) => {
  const { shape, dtype } = (x ?? a ?? logits ?? dx)!;
  return { shape: [...shape], dtype };
};
const broadcast =
  (dtype?: tf.DataType): ShapeRule =>
  ({ a, b }) => ({ shape: tf.broadcast_util.assertAndGetBroadcastShape(a!.shape, b!.shape), dtype: dtype ?? a!.dtype });

const reduction =
  (dtype?: tf.DataType, arg = false): ShapeRule =>
  ({ x }, { axis, reductionIndices, keepDims }) => {
    const axes = new Set(tf.util.parseAxisParam(reductionIndices ?? axis, x!.shape));
    const shape =
      keepDims && !arg ? x!.shape.map((size, i) => (axes.has(i) ? 1 : size)) : x!.shape.filter((_, i) => !axes.has(i));
    return { shape, dtype: dtype ?? x!.dtype };
  };

const matrixProduct: ShapeRule = ({ a, b }, { transposeA, transposeB }) => {
  const [rows, columns] = [a!.shape.at(transposeA ? -1 : -2)!, b!.shape.at(transposeB ? -2 : -1)!];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
  return { shape: [...batch, rows, columns], dtype: 'float32' };
};

const convolution: ShapeRule = ({ x, filter }, attributes) => {
  const { strides, pad, dilations, dimRoundingMode } = attributes;
  const info = tf.backend_util.computeConv2DInfo(
    x!.shape as [number, number, number, number],
    filter!.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  return { shape: info.outShape, dtype: 'float32' };
};

const pooling: ShapeRule = ({ x }, { filterSize, strides, pad, dimRoundingMode }) => {
  const shape = x!.shape as [number, number, number, number];
  return {
    shape: tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode).outShape,
    dtype: x!.dtype,
  };
};

const UNARY =
  'Abs Cos Elu Erf Exp Expm1 Floor Ceil Identity LeakyRelu Log Log1p LogSoftmax Neg OnesLike Relu Relu6 Reciprocal Round Rsqrt Selu Sigmoid Sign Sin Softmax Softplus Sqrt Square Step Tan Tanh ZerosLike ClipByValue Cumsum Cumprod Reverse LogicalNot Prelu';
const BINARY = 'Add Sub Multiply RealDiv Maximum Minimum Pow SquaredDifference FloorDiv Mod Atan2';
const COMPARE = 'Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr';

/** Output shapes of the kernels that models use. */
export const shapeRules: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(UNARY.split(' ').map((name) => [name, same])),
  ...Object.fromEntries(BINARY.split(' ').map((name) => [name, broadcast()])),
  ...Object.fromEntries(COMPARE.split(' ').map((name) => [name, broadcast('bool')])),
  IsNan: ({ x }) => ({ shape: x!.shape, dtype: 'bool' }),
  IsFinite: ({ x }) => ({ shape: x!.shape, dtype: 'bool' }),
  Select: ({ t }) => ({ shape: t!.shape, dtype: t!.dtype }),
  Mean: reduction('float32'),
  Sum: reduction(),
  Max: reduction(),
  Min: reduction(),
  Prod: reduction(),
  All: reduction('bool'),
  Any: reduction('bool'),
  ArgMax: reduction('int32', true),
  ArgMin: reduction('int32', true),
  Cast: ({ x }, { dtype }) => ({ shape: x!.shape, dtype }),
  Fill: (_, { shape, dtype }) => ({ shape: [...shape], dtype: dtype ?? 'float32' }),
  Range: (_, { start, stop, step, dtype }) => ({
    shape: [Math.max(0, Math.ceil((stop - start) / (step ?? 1)))],
    dtype: dtype ?? 'float32',
  }),
  OneHot: ({ indices }, { depth, dtype }) => ({ shape: [...indices!.shape, depth], dtype: dtype ?? 'int32' }),
  Reshape: ({ x }, { shape }) => ({
    shape: tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x!.shape)),
    dtype: x!.dtype,
  }),
  ExpandDims: ({ input }, { dim }) => {
    const shape = [...input!.shape];
    shape.splice(dim < 0 ? shape.length + 1 + dim : dim, 0, 1);
    return { shape, dtype: input!.dtype };
  },
  Transpose: ({ x }, { perm }) => ({ shape: perm.map((axis) => x!.shape[axis]!), dtype: x!.dtype }),
  Concat: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const at = tf.util.parseAxisParam(axis, parts[0]!.shape)[0]!;
    const shape = tf.backend_util.computeOutShape(
      parts.map((part) => part.shape),
      at,
    );
    return { shape, dtype: parts[0]!.dtype };
  },
  Pack: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const shape = [...parts[0]!.shape];
    shape.splice(axis, 0, parts.length);
    return { shape, dtype: parts[0]!.dtype };
  },
  Unpack: ({ value }, { axis }) => {
    const shape = value!.shape.filter((_, i) => i !== axis);
    return Array.from({ length: value!.shape[axis]! }, () => ({ shape, dtype: value!.dtype }));
  },
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const at = tf.util.parseAxisParam(axis, x!.shape)[0]!;
    const sizes = tf.backend_util.prepareSplitSize(x as never, numOrSizeSplits, at);
    return sizes.map((size) => ({ shape: x!.shape.map((own, i) => (i === at ? size : own)), dtype: x!.dtype }));
  },
  Slice: ({ x }, { begin, size }) => {
    const [, sizes] = tf.slice_util.parseSliceParams(x as never, begin, size);
    return { shape: sizes!, dtype: x!.dtype };
  },
  PadV2: ({ x }, { paddings }) => ({
    shape: x!.shape.map((size, i) => size + paddings[i]![0] + paddings[i]![1]),
    dtype: x!.dtype,
  }),
  Tile: ({ x }, { reps }) => ({ shape: x!.shape.map((size, i) => size * reps[i]!), dtype: x!.dtype }),
  GatherV2: ({ x, indices }, { axis, batchDims }) => {
    const at = tf.util.parseAxisParam(axis, x!.shape)[0]!;
    const shape = [...x!.shape.slice(0, at), ...indices!.shape.slice(batchDims ?? 0), ...x!.shape.slice(at + 1)];
    return { shape, dtype: x!.dtype };
  },
  TopK: ({ x }, { k }) => {
    const shape = [...x!.shape.slice(0, -1), k];
    return [
      { shape, dtype: x!.dtype },
      { shape, dtype: 'int32' },
    ];
  },
  BatchMatMul: matrixProduct,
  _FusedMatMul: matrixProduct,
  Conv2D: convolution,
  FusedConv2D: convolution,
  MaxPool: pooling,
  AvgPool: pooling,
  FusedBatchNorm: same,
  ResizeBilinear: ({ images }, { size }) => ({
    shape: [images!.shape[0]!, ...size, images!.shape[3]!],
    dtype: 'float32',
  }),
};

/** Multiplications and additions of a kernel's products, two a term; 0 for kernels without products. */
export function productFlops(
  kernel: string,
  inputs: Record<string, Shaped>,
  attributes: object,
  output: Shaped,
): number {
  const size = tf.util.sizeFromShape(output.shape);
  if (kernel === 'BatchMatMul' || kernel === '_FusedMatMul') {
    const { transposeA } = attributes as { transposeA?: boolean };
    return 2 * size * inputs.a!.shape.at(transposeA ? -2 : -1)!;
  }
  if (kernel === 'Conv2D' || kernel === 'FusedConv2D') {
    const [height, width, channels] = inputs.filter!.shape;
    return 2 * size * height! * width! * channels!;
  }
  return 0;
}

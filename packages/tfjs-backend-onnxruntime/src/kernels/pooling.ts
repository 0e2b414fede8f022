import { backend_util } from '@tensorflow/tfjs';
import { UnsupportedError } from '../errors.js';
import { cast, constant, emit, emitMany, expand, reshape, scalar } from '../graph/emit.js';
import { int, sizeOf, type Value } from '../graph/value.js';
import { where } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { filled, pad } from './structure.js';
import { channelsFirst, channelsLast, paddingAfter, type WindowAxis, windowAttributes, windowOf } from './window.js';

interface Pool {
  readonly axes: readonly WindowAxis[];
  /** [batch, channels, ...out] */
  readonly outShape: readonly number[];
}

// biome-ignore lint/suspicious/noExplicitAny: attributes are typed by each kernel of tfjs
type PoolOf = (shape: readonly number[], attributes: Record<string, any>) => Pool;

const firstShape = (shape: readonly number[]) => [shape[0]!, shape.at(-1)!, ...shape.slice(1, -1)];

const plane: PoolOf = (shape, { filterSize, strides, pad, dimRoundingMode }) => {
  const four = [...shape] as [number, number, number, number];
  const info = backend_util.computePool2DInfo(four, filterSize, strides, 1, pad, dimRoundingMode);
  return { axes: windowOf(info), outShape: firstShape(info.outShape) };
};

const volume: PoolOf = (shape, { filterSize, strides, pad, dimRoundingMode, dataFormat }) => {
  const five = [...shape] as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(five, filterSize, strides, 1, pad, dimRoundingMode, dataFormat);
  return { axes: windowOf(info), outShape: firstShape(info.outShape) };
};

const isWide = (axes: readonly WindowAxis[]): boolean =>
  axes.some((axis) => Math.max(axis.before, paddingAfter(axis)) >= axis.size);

/** Pools over padding that is as wide as the window, which ONNX Runtime refuses: pads by hand, and counts what averages are of. */
function poolWide(
  op: 'MaxPool' | 'AveragePool',
  image: Value,
  axes: readonly WindowAxis[],
  outShape: readonly number[],
) {
  const around = axes.map((axis): [number, number] => [axis.before, Math.max(0, paddingAfter(axis))]);
  const fill = op === 'MaxPool' ? Number.NEGATIVE_INFINITY : 0;
  const padded = pad(image, [[0, 0], [0, 0], ...around], 'constant', fill);
  const bare = axes.map((axis, i) => ({ ...axis, inSize: axis.inSize + around[i]![0] + around[i]![1], before: 0 }));
  const pooled = emit(op, [padded], 'float32', outShape, windowAttributes(bare));
  if (op === 'MaxPool') return pooled;
  return axes.reduce((average, { size, stride, before, inSize }, i) => {
    const counts = Array.from({ length: outShape[i + 2]! }, (_, place) => {
      const start = place * stride - before;
      return Math.max(0, Math.min(start + size, inSize) - Math.max(start, 0));
    });
    const shape = outShape.map((length, axis) => (axis === i + 2 ? length : 1));
    // An average of padding alone is 0.
    const factors = counts.map((count) => (count === 0 ? 0 : size / count));
    return emit('Mul', [average, constant('float32', factors, shape)], 'float32', outShape);
  }, pooled);
}

const pool =
  (op: 'MaxPool' | 'AveragePool', poolOf: PoolOf): Kernel =>
  ({ inputs: { x }, attributes }) => {
    const { axes, outShape } = poolOf(x!.shape, attributes);
    if (sizeOf(outShape) === 0) return channelsLast(filled(x!.type, outShape, 0));
    // tfjs takes a window of one pixel for the identity, wherever its stride and padding put it.
    if (axes.every(({ size, inSize, outSize }) => size === 1 && inSize === outSize)) return x!;
    const image = channelsFirst(cast(x!, 'float32'));
    const pooled = isWide(axes)
      ? poolWide(op, image, axes, outShape)
      : emit(op, [image], 'float32', outShape, windowAttributes(axes));
    return cast(channelsLast(pooled), x!.type);
  };

/** Maxima [batch, channels, ...out] and, of each, the position in `image` [batch, channels, ...space], flattened: the first if there are several. */
function maximaWithPositions(image: Value, { axes, outShape }: Pool): [maxima: Value, positions: Value] {
  const specs = [
    { type: 'float32' as const, shape: outShape },
    { type: 'int64' as const, shape: outShape },
  ];
  if (isWide(axes)) {
    throw new UnsupportedError('MaxPool: positions of maxima need a padding smaller than the window');
  }
  return emitMany('MaxPool', [image], specs, windowAttributes(axes)) as [Value, Value];
}

const maxPoolGradient =
  (poolOf: PoolOf): Kernel =>
  ({ inputs: { dy, input }, attributes }) => {
    const pool = poolOf(input!.shape, attributes);
    if (sizeOf(pool.outShape) === 0) return filled('float32', input!.shape, 0);
    const image = channelsFirst(cast(input!, 'float32'));
    const [, positions] = maximaWithPositions(image, pool);
    const count = sizeOf(pool.outShape);
    const size = sizeOf(image.shape);
    // A window of NaNs has no maximum; ONNX Runtime gives it a negative position.
    const known = emit('Max', [reshape(positions, [count]), scalar('int64', 0)], 'int64', [count]);
    const updates = reshape(channelsFirst(dy!), [count]);
    const scattered = emit('ScatterElements', [filled('float32', [size], 0), known, updates], 'float32', [size], {
      axis: int(0),
      reduction: { kind: 'string', value: 'add' },
    });
    return channelsLast(reshape(scattered, image.shape));
  };

/** As tfjs has it: every place of the window gets an equal part, places in the padding too. */
const averagePoolGradient =
  (poolOf: PoolOf): Kernel =>
  ({ inputs: { dy, input }, attributes }) => {
    const { axes, outShape } = poolOf(input!.shape, attributes);
    if (sizeOf(outShape) === 0) return filled('float32', input!.shape, 0);
    const sizes = axes.map(({ size }) => size);
    const channels = input!.shape.at(-1)!;
    const part = constant('float32', [1 / sizeOf(sizes)], []);
    const covered = axes.map((axis) => axis.inSize + Math.min(0, paddingAfter(axis)));
    const spread = emit(
      'ConvTranspose',
      [channelsFirst(dy!), expand(part, [channels, 1, ...sizes])],
      'float32',
      [input!.shape[0]!, channels, ...covered],
      { ...windowAttributes(axes), group: int(channels) },
    );
    const missing = axes.map((axis, i): [number, number] => [0, axis.inSize - covered[i]!]);
    return pad(channelsLast(spread), [[0, 0], ...missing, [0, 0]], 'constant');
  };

/** Positions count as tfjs lays images out: rows, columns, channels, and the batch if asked for. */
const maxPoolWithArgmax: Kernel = ({ inputs: { x }, attributes }) => {
  const pool = plane(x!.shape, attributes);
  const [batch, height, width, channels] = x!.shape as [number, number, number, number];
  const image = channelsFirst(cast(x!, 'float32'));
  const missing = emit('IsNaN', [image], 'bool', image.shape);
  const [maxima, positions] = maximaWithPositions(where(missing, scalar('float32', -Infinity), image), pool);
  const arithmetic = (op: string, a: Value, b: Value) => emit(op, [a, b], 'int64', a.shape);
  const pixel = arithmetic('Mod', channelsLast(positions), scalar('int64', height * width));
  const channel = constant(
    'int64',
    Array.from({ length: channels }, (_, i) => i),
  );
  let position = arithmetic('Add', arithmetic('Mul', pixel, scalar('int64', channels)), channel);
  if (attributes.includeBatchInIndex) {
    const starts = Array.from({ length: batch }, (_, i) => i * height * width * channels);
    position = arithmetic('Add', position, constant('int64', starts, [batch, 1, 1, 1]));
  }
  return [cast(channelsLast(maxima), x!.type), cast(position, 'int32')];
};

export const poolingKernels: KernelTable = {
  MaxPool: pool('MaxPool', plane),
  AvgPool: pool('AveragePool', plane),
  MaxPool3D: pool('MaxPool', volume),
  AvgPool3D: pool('AveragePool', volume),
  MaxPoolGrad: maxPoolGradient(plane),
  MaxPool3DGrad: maxPoolGradient(volume),
  AvgPoolGrad: averagePoolGradient(plane),
  AvgPool3DGrad: averagePoolGradient(volume),
  MaxPoolWithArgmax: maxPoolWithArgmax,
};

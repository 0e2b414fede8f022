import { backend_util } from '@tensorflow/tfjs';
import { UnsupportedError } from '../errors.js';
import { cast, constant, emit, emitMany, expand, reshape, scalar } from '../graph/emit.js';
import { int, sizeOf, text, type Value } from '../graph/value.js';
import { where } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { filled, pad } from './structure.js';
import {
  channelsFirst,
  channelsLast,
  type FittedImage,
  fitImage,
  paddingAfter,
  type WindowAxis,
  windowAttributes,
  windowOf,
} from './window.js';

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

/** The number that ONNX Runtime has for the maximum of nothing but negative infinity. */
const LOWEST = -3.4028234663852886e38;

/** How many elements of the image each window counts, relative to its size; tfjs' average of none is NaN in a plane, 0 in a volume. */
function averageFactors(axis: WindowAxis, none: number): number[] {
  const { size, stride, before, inSize, outSize } = axis;
  return Array.from({ length: outSize }, (_, place) => {
    const start = place * stride - before;
    const count = Math.max(0, Math.min(start + size, inSize) - Math.max(start, 0));
    return count === 0 ? none : size / count;
  });
}

function poolImage(op: 'MaxPool' | 'AveragePool', given: Value, { axes, outShape }: Pool): Value {
  const fitted = fitImage(given, axes, op === 'MaxPool' ? Number.NEGATIVE_INFINITY : 0);
  const pooled = emit(op, [fitted.image], 'float32', outShape, windowAttributes(fitted.axes));
  if (fitted.image === given) return pooled;
  if (op === 'MaxPool') {
    const lowest = emit('Equal', [pooled, scalar('float32', LOWEST)], 'bool', outShape);
    return where(lowest, scalar('float32', Number.NEGATIVE_INFINITY), pooled);
  }
  // The padding is part of the fitted image now, and must not count.
  return axes.reduce((average, axis, i) => {
    const factors = averageFactors(axis, axes.length === 2 ? Number.NaN : 0);
    const shape = outShape.map((length, j) => (j === i + 2 ? length : 1));
    return emit('Mul', [average, constant('float32', factors, shape)], 'float32', outShape);
  }, pooled);
}

const pool =
  (op: 'MaxPool' | 'AveragePool', poolOf: PoolOf): Kernel =>
  ({ inputs: { x }, attributes }) => {
    const geometry = poolOf(x!.shape, attributes);
    if (sizeOf(geometry.outShape) === 0) return channelsLast(filled(x!.type, geometry.outShape, 0));
    // tfjs takes a window of one pixel for the identity, wherever its stride and padding put it.
    if (geometry.axes.every(({ size, inSize, outSize }) => size === 1 && inSize === outSize)) return x!;
    return cast(channelsLast(poolImage(op, channelsFirst(cast(x!, 'float32')), geometry)), x!.type);
  };

/** Maxima [batch, channels, ...out] and, of each, the position in `image` [batch, channels, ...space], flattened: the first if there are several. */
function maximaWithPositions({ image, axes }: FittedImage, outShape: readonly number[]): [Value, Value] {
  const specs = [
    { type: 'float32' as const, shape: outShape },
    { type: 'int64' as const, shape: outShape },
  ];
  return emitMany('MaxPool', [image], specs, windowAttributes(axes)) as [Value, Value];
}

const maxPoolGradient =
  (poolOf: PoolOf): Kernel =>
  ({ inputs: { dy, input }, attributes }) => {
    const { axes, outShape } = poolOf(input!.shape, attributes);
    if (sizeOf(outShape) === 0) return filled('float32', input!.shape, 0);
    const fitted = fitImage(channelsFirst(cast(input!, 'float32')), axes, Number.NEGATIVE_INFINITY);
    const [, positions] = maximaWithPositions(fitted, outShape);
    const count = sizeOf(outShape);
    const size = sizeOf(fitted.image.shape);
    // A window of NaNs has no maximum; ONNX Runtime gives it a negative position.
    const known = emit('Max', [reshape(positions, [count]), scalar('int64', 0)], 'int64', [count]);
    const updates = reshape(channelsFirst(dy!), [count]);
    const scattered = emit('ScatterElements', [filled('float32', [size], 0), known, updates], 'float32', [size], {
      axis: int(0),
      reduction: text('add'),
    });
    return channelsLast(fitted.restore(reshape(scattered, fitted.image.shape)));
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
  const clean = where(missing, scalar('float32', Number.NEGATIVE_INFINITY), image);
  const fitted = fitImage(clean, pool.axes, Number.NEGATIVE_INFINITY);
  if (fitted.image !== clean) {
    throw new UnsupportedError('MaxPoolWithArgmax: expected a padding smaller than the window');
  }
  const [maxima, positions] = maximaWithPositions(fitted, pool.outShape);
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

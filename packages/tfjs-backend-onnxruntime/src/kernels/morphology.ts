import { backend_util } from '@tensorflow/tfjs';
import { constant, emit, reshape, scalar } from '../graph/emit.js';
import { int, sizeOf, type Value } from '../graph/value.js';
import { shifted } from './convolution.js';
import { binary, where } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { concatenate, filled, pad, sliceBox } from './structure.js';
import { paddingAfter, type WindowAxis, windowOf } from './window.js';

/** tfjs' maximum of nothing. */
const LOWEST = Number.MIN_SAFE_INTEGER;

interface Windows {
  readonly axes: readonly WindowAxis[];
  readonly outShape: readonly number[];
  readonly paddings: [number, number][];
  /** input + filter at each place of the window: [...outShape, places] */
  readonly sums: Value;
}

// biome-ignore lint/suspicious/noExplicitAny: attributes are typed by each kernel of tfjs
function windowsOf(x: Value, filter: Value, { strides, pad: padding, dilations }: Record<string, any>): Windows {
  const info = backend_util.computeDilation2DInfo(
    [...x.shape] as [number, number, number, number],
    [...filter.shape] as [number, number, number],
    strides,
    padding,
    'NHWC',
    dilations,
  );
  const axes = windowOf(info);
  const around = axes.map((axis): [number, number] => [axis.before, Math.max(0, paddingAfter(axis))]);
  const paddings: [number, number][] = [[0, 0], ...around, [0, 0]];
  const padded = pad(x, paddings, 'constant', LOWEST);
  const channels = filter.shape[2]!;
  const taps = reshape(filter, [sizeOf(filter.shape) / channels, channels]);
  const pieces = Array.from({ length: taps.shape[0]! }, (_, place) => {
    const sum = binary('Add', shifted(padded, axes, place), sliceBox(taps, [place, 0], [1, channels]));
    return reshape(sum, [...info.outShape, 1]);
  });
  return { axes, outShape: info.outShape, paddings, sums: concatenate(pieces, 4) };
}

const dilate: Kernel = ({ inputs: { x, filter }, attributes }) => {
  const { sums, outShape } = windowsOf(x!, filter!, attributes);
  const places = constant('int64', [4]);
  return emit('ReduceMax', [sums, places], 'float32', outShape, { keepdims: int(0) });
};

/** `dy` at the first largest place of each window, 0 elsewhere: [...outShape, places]. */
function routed(dy: Value, { sums, outShape }: Windows): Value {
  const places = sums.shape.at(-1)!;
  const best = emit('ArgMax', [sums], 'int64', [...outShape, 1], { axis: int(-1), keepdims: int(1) });
  const each = constant(
    'int64',
    Array.from({ length: places }, (_, i) => i),
  );
  return where(binary('Equal', best, each, 'bool'), reshape(dy, [...outShape, 1]), scalar('float32', 0));
}

const filterGradient: Kernel = ({ inputs: { x, filter, dy }, attributes }) => {
  const parts = routed(dy!, windowsOf(x!, filter!, attributes));
  const axes = constant('int64', [0, 1, 2]);
  const [channels, places] = parts.shape.slice(-2) as [number, number];
  const byPlace = emit('ReduceSum', [parts, axes], 'float32', [channels, places], { keepdims: int(0) });
  const turned = emit('Transpose', [byPlace], 'float32', [places, channels], { perm: { kind: 'ints', value: [1, 0] } });
  return reshape(turned, filter!.shape);
};

/** Each element of the output goes back to one pixel of the input, by its number in the padded image. */
const inputGradient: Kernel = ({ inputs: { x, filter, dy }, attributes }) => {
  const windows = windowsOf(x!, filter!, attributes);
  const parts = routed(dy!, windows);
  const { axes, outShape, paddings } = windows;
  const paddedShape = x!.shape.map((size, i) => size + paddings[i]![0] + paddings[i]![1]);
  const [batch, outHeight, outWidth, channels] = outShape as [number, number, number, number];
  const [rows, columns] = axes as [WindowAxis, WindowAxis];
  const targets: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let r = 0; r < outHeight; r++)
      for (let c = 0; c < outWidth; c++)
        for (let d = 0; d < channels; d++)
          for (let i = 0; i < rows.size; i++)
            for (let j = 0; j < columns.size; j++) {
              const row = r * rows.stride + i * rows.dilation;
              const column = c * columns.stride + j * columns.dilation;
              targets.push(((b * paddedShape[1]! + row) * paddedShape[2]! + column) * channels + d);
            }
  const total = sizeOf(paddedShape);
  const scattered = emit(
    'ScatterElements',
    [filled('float32', [total], 0), constant('int32', targets), reshape(parts, [targets.length])],
    'float32',
    [total],
    { axis: int(0), reduction: { kind: 'string', value: 'add' } },
  );
  const begin = paddings.map(([before]) => before);
  return sliceBox(reshape(scattered, paddedShape), begin, x!.shape);
};

export const morphologyKernels: KernelTable = {
  Dilation2D: dilate,
  Dilation2DBackpropInput: inputGradient,
  Dilation2DBackpropFilter: filterGradient,
};

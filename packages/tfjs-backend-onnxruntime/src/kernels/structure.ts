import { backend_util, slice_util, util } from '@tensorflow/tfjs';
import { UnsupportedError } from '../errors.js';
import { constant, emit, emitMany, expand, int64s, reshape, scalar, transpose } from '../graph/emit.js';
import { allocate, dataValue, type ElementType, int, sizeOf, text, type Value } from '../graph/value.js';
import { where } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';

const INT64_MAX = Number.MAX_SAFE_INTEGER;
const INT64_MIN = -INT64_MAX;

/** The part of `x` from `begin`, `size` long, on every axis. */
export function sliceBox(x: Value, begin: readonly number[], size: readonly number[]): Value {
  const axes = begin.map((_, axis) => axis).filter((axis) => begin[axis] !== 0 || size[axis] !== x.shape[axis]);
  if (axes.length === 0) return x;
  const starts = axes.map((axis) => begin[axis]!);
  const ends = axes.map((axis) => begin[axis]! + size[axis]!);
  return emit('Slice', [x, int64s(starts), int64s(ends), int64s(axes)], x.type, size);
}

/** Every `steps[i]`-th element along axis i, from the first on. */
export function everyNth(x: Value, steps: readonly number[]): Value {
  const axes = steps.map((_, axis) => axis).filter((axis) => steps[axis]! > 1 && x.shape[axis]! > 1);
  if (axes.length === 0) return x;
  const shape = x.shape.map((size, axis) => Math.ceil(size / steps[axis]!));
  const all = (of: (axis: number) => number) => int64s(axes.map(of));
  return emit('Slice', [x, all(() => 0), all(() => INT64_MAX), all((a) => a), all((a) => steps[a]!)], x.type, shape);
}

export function concatenate(values: readonly Value[], axis: number): Value {
  const filled = values.filter((value) => sizeOf(value.shape) > 0);
  if (filled.length === 1) return filled[0]!;
  const shape = [...values[0]!.shape];
  shape[axis] = values.reduce((sum, value) => sum + value.shape[axis]!, 0);
  if (filled.length === 0) return dataValue(values[0]!.type, shape, allocate(values[0]!.type, 0));
  return emit('Concat', filled, filled[0]!.type, shape, { axis: int(axis) });
}

/** `mode`: constant, reflect, edge. */
export function pad(x: Value, paddings: readonly (readonly [number, number])[], mode: string, fill = 0): Value {
  const shape = x.shape.map((dimension, i) => dimension + paddings[i]![0] + paddings[i]![1]);
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  if (sizeOf(x.shape) === 0) return filled(x.type, shape, fill);
  const pads = int64s([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  return emit(
    'Pad',
    [x, pads, mode === 'constant' ? scalar(x.type, fill) : undefined].filter((v) => v !== undefined),
    x.type,
    shape,
    {
      mode: text(mode),
    },
  );
}

export function filled(type: ElementType, shape: readonly number[], value: number): Value {
  const one = scalar(type, value);
  return sizeOf(shape) === 0 ? dataValue(type, shape, allocate(type, 0)) : expand(one, shape);
}

/** Reversal along axes: a slice with negative steps. */
export function reverse(x: Value, axes: readonly number[]): Value {
  const moving = axes.filter((axis) => x.shape[axis]! > 1);
  if (moving.length === 0) return x;
  const all = (value: number) => int64s(moving.map(() => value));
  return emit('Slice', [x, all(-1), all(INT64_MIN), int64s(moving), all(-1)], x.type, x.shape);
}

export function tile(x: Value, repeats: readonly number[]): Value {
  const shape = x.shape.map((dimension, i) => dimension * repeats[i]!);
  if (repeats.every((repeat) => repeat === 1)) return x;
  return emit('Tile', [x, int64s(repeats)], x.type, shape);
}

const split: Kernel = ({ inputs: { x }, attributes: { numOrSizeSplits, axis } }) => {
  const along = util.parseAxisParam(axis, [...x!.shape])[0]!;
  const sizes = backend_util.prepareSplitSize({ shape: [...x!.shape] } as never, numOrSizeSplits, along);
  const specs = sizes.map((size) => ({
    type: x!.type,
    shape: x!.shape.map((dimension, i) => (i === along ? size : dimension)),
  }));
  if (sizes.length === 1) return [x!];
  return emitMany('Split', [x!, int64s(sizes)], specs, { axis: int(along) });
};

const unpack: Kernel = ({ inputs: { value }, attributes: { axis } }) => {
  const along = axis < 0 ? axis + value!.shape.length : axis;
  const count = value!.shape[along]!;
  const part = value!.shape.map((dimension, i) => (i === along ? 1 : dimension));
  const shape = value!.shape.filter((_, i) => i !== along);
  const pieces =
    count === 1
      ? [value!]
      : emitMany(
          'Split',
          [value!, int64s(Array(count).fill(1))],
          Array.from({ length: count }, () => ({ type: value!.type, shape: part })),
          { axis: int(along) },
        );
  return pieces.map((piece) => reshape(piece, shape));
};

const stridedSlice: Kernel = ({ inputs: { x }, attributes }) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
  const info = slice_util.sliceInfo(
    [...x!.shape],
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  if (info.isIdentity) return reshape(x!, info.finalShape);
  if (sizeOf(info.finalShape) === 0) return dataValue(x!.type, info.finalShape, allocate(x!.type, 0));
  const dense = info.begin.map((start, axis) => {
    const stride = info.strides[axis]!;
    const count = Math.ceil((info.end[axis]! - start) / stride);
    // Beyond the first element a negative step ends before index 0, which ONNX can only say as a very small number.
    const stop = info.end[axis]! < 0 && stride < 0 ? INT64_MIN : info.end[axis]!;
    return { start, stop, stride, count };
  });
  const box = emit(
    'Slice',
    [
      x!,
      int64s(dense.map((d) => d.start)),
      int64s(dense.map((d) => d.stop)),
      int64s(dense.map((_, i) => i)),
      int64s(dense.map((d) => d.stride)),
    ],
    x!.type,
    dense.map((d) => d.count),
  );
  return reshape(box, info.finalShape);
};

const slice: Kernel = ({ inputs: { x }, attributes: { begin, size } }) => {
  const [start, length] = slice_util.parseSliceParams({ shape: [...x!.shape] } as never, begin, size);
  slice_util.assertParamsValid({ shape: [...x!.shape], rank: x!.shape.length } as never, start!, length!);
  return sliceBox(x!, start!, length!);
};

const concat: Kernel = ({ list, attributes: { axis } }) => {
  const along = util.parseAxisParam(axis, [...list[0]!.shape])[0]!;
  backend_util.assertParamsConsistent(
    list.map((value) => [...value.shape]),
    along,
  );
  return concatenate(list, along);
};

const pack: Kernel = ({ list, attributes: { axis } }) => {
  const rank = list[0]!.shape.length + 1;
  for (const value of list) {
    util.assertShapesMatch(
      [...list[0]!.shape],
      [...value.shape],
      'All tensors passed to stack must have matching shapes',
    );
    util.assert(value.type === list[0]!.type, () => 'All tensors passed to stack must have matching dtypes');
  }
  const along = axis < 0 ? axis + rank : axis;
  const shape = [...list[0]!.shape.slice(0, along), 1, ...list[0]!.shape.slice(along)];
  return concatenate(
    list.map((value) => reshape(value, shape)),
    along,
  );
};

const spaceToBatch: Kernel = ({ inputs: { x }, attributes: { blockShape, paddings } }) => {
  const block = blockShape as number[];
  const rank = x!.shape.length;
  const complete = [[0, 0], ...paddings, ...Array.from({ length: rank - 1 - block.length }, () => [0, 0])] as [
    number,
    number,
  ][];
  const padded = pad(x!, complete, 'constant');
  const count = block.reduce((product, size) => product * size, 1);
  const shape = [...padded.shape];
  const divided = backend_util.getReshaped(shape, block, count, false);
  const permutation = backend_util.getPermuted(divided.length, block.length, false);
  const flattened = backend_util.getReshapedPermuted(shape, block, count, false);
  return reshape(transpose(reshape(padded, divided), permutation), flattened);
};

const batchToSpace: Kernel = ({ inputs: { x }, attributes: { blockShape, crops } }) => {
  const block = blockShape as number[];
  const count = block.reduce((product, size) => product * size, 1);
  const shape = [...x!.shape];
  const divided = backend_util.getReshaped(shape, block, count);
  const permutation = backend_util.getPermuted(divided.length, block.length);
  const flattened = backend_util.getReshapedPermuted(shape, block, count);
  const whole = reshape(transpose(reshape(x!, divided), permutation), flattened);
  const begin = backend_util.getSliceBeginCoords(crops, block.length);
  const size = backend_util.getSliceSize(flattened, crops, block.length);
  const rest = flattened.slice(begin.length);
  return sliceBox(whole, [...begin, ...rest.map(() => 0)], [...size, ...rest]);
};

/** Pixels per axis move between channels and a block of `size` x `size`. */
const depthToSpace: Kernel = ({ inputs: { x }, attributes: { blockSize, dataFormat } }) => {
  const last = dataFormat === 'NHWC';
  const [batch, height, width, depth] = (last ? x!.shape : [0, 2, 3, 1].map((axis) => x!.shape[axis]!)) as [
    number,
    number,
    number,
    number,
  ];
  const channels = depth / (blockSize * blockSize);
  return last
    ? reshape(transpose(reshape(x!, [batch, height, width, blockSize, blockSize, channels]), [0, 1, 3, 2, 4, 5]), [
        batch,
        height * blockSize,
        width * blockSize,
        channels,
      ])
    : reshape(transpose(reshape(x!, [batch, blockSize, blockSize, channels, height, width]), [0, 3, 4, 1, 5, 2]), [
        batch,
        channels,
        height * blockSize,
        width * blockSize,
      ]);
};

const range: Kernel = ({ attributes: { start, stop, step, dtype } }) => {
  const length =
    start === stop || (start < stop && step < 0) || (stop < start && step > 1)
      ? 0
      : Math.abs(Math.ceil((stop - start) / step));
  // A step of 1 is tfjs' default: it counts down as well.
  const direction = stop < start && step === 1 ? -1 : step;
  return constant(
    dtype ?? 'float32',
    Array.from({ length }, (_, i) => start + i * direction),
  );
};

const linSpace: Kernel = ({ attributes: { start, stop, num } }) => {
  const step = num > 1 ? (stop - start) / (num - 1) : 0;
  return constant(
    'float32',
    Array.from({ length: num }, (_, i) => start + i * step),
  );
};

const fill: Kernel = ({ attributes: { shape, value, dtype } }) => {
  const type = dtype ?? (typeof value === 'string' ? 'string' : 'float32');
  if (type === 'string' || type === 'complex64') {
    throw new UnsupportedError(`fill: expected a type of float32, int32 or bool, got ${type}`);
  }
  return filled(type, shape, value);
};

const filledLike =
  (value: number): Kernel =>
  ({ inputs: { x } }) =>
    filled(x!.type, x!.shape, value);

export const structureKernels: KernelTable = {
  Identity: ({ inputs: { x } }) => x!,
  Reshape: ({ inputs: { x }, attributes: { shape } }) => {
    const inferred = util.inferFromImplicitShape(shape, sizeOf(x!.shape));
    util.assert(
      sizeOf(inferred) === sizeOf(x!.shape),
      () => `reshape: expected a shape of ${sizeOf(x!.shape)} elements, got [${inferred}]`,
    );
    return reshape(x!, inferred);
  },
  ExpandDims: ({ inputs: { input }, attributes: { dim } }) => {
    const rank = input!.shape.length;
    util.assert(-(rank + 1) <= dim && dim <= rank, () => `Axis must be in the interval [${-(rank + 1)}, ${rank}]`);
    const at = dim < 0 ? dim + rank + 1 : dim;
    return reshape(input!, [...input!.shape.slice(0, at), 1, ...input!.shape.slice(at)]);
  },
  Transpose: ({ inputs: { x }, attributes: { perm } }) => transpose(x!, perm),
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: split,
  Slice: slice,
  StridedSlice: stridedSlice,
  PadV2: ({ inputs: { x }, attributes: { paddings, constantValue } }) => pad(x!, paddings, 'constant', constantValue),
  MirrorPad: ({ inputs: { x }, attributes: { paddings, mode } }) => mirrorPad(x!, paddings, mode),
  Tile: ({ inputs: { x }, attributes: { reps } }) => tile(x!, reps),
  BroadcastTo: ({ inputs: { x }, attributes: { shape } }) => expand(x!, shape),
  Reverse: ({ inputs: { x }, attributes: { dims } }) => reverse(x!, util.parseAxisParam(dims, [...x!.shape])),
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
  Fill: fill,
  ZerosLike: filledLike(0),
  OnesLike: filledLike(1),
  Range: range,
  LinSpace: linSpace,
  Diag: ({ inputs: { x } }) => diagonal(x!),
};

/** `symmetric` repeats the border itself, which ONNX has no mode for: reflect the reversed edge by hand. */
function mirrorPad(x: Value, paddings: [number, number][], mode: 'reflect' | 'symmetric'): Value {
  if (mode === 'reflect') return pad(x, paddings, 'reflect');
  return paddings.reduce((padded, [before, after], axis) => {
    const part = (begin: number, size: number) =>
      reverse(
        sliceBox(
          padded,
          padded.shape.map((_, i) => (i === axis ? begin : 0)),
          padded.shape.map((d, i) => (i === axis ? size : d)),
        ),
        [axis],
      );
    const pieces = [padded];
    if (before > 0) pieces.unshift(part(0, before));
    if (after > 0) pieces.push(part(padded.shape[axis]! - after, after));
    return concatenate(pieces, axis);
  }, x);
}

function diagonal(x: Value): Value {
  const size = sizeOf(x.shape);
  const eye = Array.from({ length: size * size }, (_, i) => +(i % (size + 1) === 0));
  const mask = constant('bool', eye, [size, size]);
  return reshape(where(mask, reshape(x, [1, size]), scalar(x.type, 0)), [...x.shape, ...x.shape]);
}

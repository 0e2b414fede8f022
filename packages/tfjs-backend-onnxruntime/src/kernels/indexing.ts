import { backend_util, util } from '@tensorflow/tfjs';
import { cast, constant, emit, emitMany, expand, int64s, reshape, scalar, transpose } from '../graph/emit.js';
import { allocate, dataValue, int, sizeOf, text, type Value } from '../graph/value.js';
import { where } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { filled, reverse } from './structure.js';

const BOOL_AS = 'uint8';

/** Some ONNX kernels have no boolean form. */
const viaBytes = (x: Value, compute: (x: Value) => Value): Value =>
  x.type === 'bool' ? cast(compute(cast(x, BOOL_AS)), 'bool') : compute(x);

/** Whether `0 <= index < size`, so that no index leaves the tensor: tfjs gives 0 or ignores those, ONNX Runtime fails. */
export const within = (index: Value, size: number): Value => {
  const low = emit('GreaterOrEqual', [index, scalar(index.type, 0)], 'bool', index.shape);
  const high = emit('Less', [index, scalar(index.type, size)], 'bool', index.shape);
  return emit('And', [low, high], 'bool', index.shape);
};

/** Indices whose numbers are known are checked at once; ONNX Runtime checks the others when it runs. */
function checkIndices({ data }: Value, size: number): void {
  if (data === undefined) return;
  for (const index of data as Int32Array) {
    if (index < 0 || index >= size) {
      throw new RangeError(`GatherV2: the index value ${index} is not in [0, ${size - 1}]`);
    }
  }
}

const gather: Kernel = ({ inputs: { x, indices }, attributes: { axis, batchDims } }) => {
  const along = util.parseAxisParam(axis, [...x!.shape])[0]!;
  const batch = batchDims ?? 0;
  const index = cast(indices!, 'int32');
  checkIndices(index, x!.shape[along]!);
  if (batch === 0) {
    const shape = [...x!.shape.slice(0, along), ...index.shape, ...x!.shape.slice(along + 1)];
    return emit('Gather', [x!, index], x!.type, shape, { axis: int(along) });
  }
  const info = backend_util.segment_util.collectGatherOpShapeInfo(
    { shape: [...x!.shape] } as never,
    { shape: [...index.shape] } as never,
    along,
    batch,
  );
  const { batchSize, outerSize, dimSize, sliceSize } = info;
  // Batches lie one after another, so row `index` of batch b is row `b * dimSize + index` of them all.
  const inner = sizeOf(index.shape) / batchSize;
  const rows = transpose(reshape(x!, [batchSize, outerSize, dimSize, sliceSize]), [0, 2, 1, 3]);
  const offsets = constant(
    'int32',
    Array.from({ length: batchSize }, (_, b) => b * dimSize),
    [batchSize, 1],
  );
  const flat = emit('Add', [reshape(index, [batchSize, inner]), offsets], 'int32', [batchSize, inner]);
  const table = reshape(rows, [batchSize * dimSize, outerSize, sliceSize]);
  const picked = emit('Gather', [table, flat], x!.type, [batchSize, inner, outerSize, sliceSize], { axis: int(0) });
  return reshape(transpose(picked, [0, 2, 1, 3]), info.outputShape);
};

const gatherNd: Kernel = ({ inputs: { params, indices } }) => {
  const info = ({ shape, type }: Value) => ({ shape: [...shape], dtype: type, rank: shape.length });
  const [shape] = backend_util.prepareAndValidate(info(params!) as never, info(indices!) as never);
  if (sizeOf(shape) === 0) return dataValue(params!.type, shape, allocate(params!.type, 0));
  const depth = indices!.shape.at(-1)!;
  if (depth === 0)
    return expand(reshape(params!, [...Array(shape.length - params!.shape.length).fill(1), ...params!.shape]), shape);
  return viaBytes(params!, (x) => emit('GatherND', [x, cast(indices!, 'int64')], x.type, shape));
};

/** Adds or sets rows of `onto` at `indices`. */
export function scatter(onto: Value, indices: Value, updates: Value, reduction: 'add' | 'none'): Value {
  if (sizeOf(updates.shape) === 0 || sizeOf(indices.shape) === 0) return onto;
  return emit('ScatterND', [onto, cast(indices, 'int64'), updates], onto.type, onto.shape, {
    reduction: text(reduction),
  });
}

/** tfjs lets the index of rank-1 tensors stand for itself: [n] means n rows of length-1 indices. */
export function scatterRows(indices: Value, updates: Value): { index: Value; rows: Value } {
  const index = indices.shape.length < 2 ? reshape(indices, [sizeOf(indices.shape), 1]) : indices;
  const rows = updates.shape.length === 0 ? expand(updates, index.shape.slice(0, -1)) : updates;
  return { index, rows };
}

const scatterNd: Kernel = ({ inputs: { indices, updates }, attributes: { shape } }) => {
  if (sizeOf(shape) === 0) return dataValue(updates!.type, shape, allocate(updates!.type, 0));
  const { index, rows } = scatterRows(indices!, updates!);
  const compute = (x: Value) => scatter(filled(x.type, shape, 0), index, x, 'add');
  return rows.type === 'bool' ? cast(compute(cast(rows, 'int32')), 'bool') : compute(rows);
};

const tensorScatterUpdate: Kernel = ({ inputs: { tensor, indices, updates } }) => {
  const index =
    indices!.shape.length === 1 && tensor!.shape.length === 1 ? reshape(indices!, [...indices!.shape, 1]) : indices!;
  return scatter(tensor!, index, updates!, 'none');
};

/** Rows of `x` summed by segment; rows of segments outside `[0, numSegments)` are dropped, as tfjs does. */
const unsortedSegmentSum: Kernel = ({ inputs: { x, segmentIds }, attributes: { numSegments } }) => {
  const lead = segmentIds!.shape.length;
  const rest = x!.shape.slice(lead);
  const rows = sizeOf(segmentIds!.shape);
  const ids = reshape(segmentIds!, [rows]);
  const zeros = filled(x!.type, [numSegments + 1, ...rest], 0);
  const safe = where(within(ids, numSegments), ids, scalar('int32', numSegments));
  const summed = scatter(zeros, reshape(safe, [rows, 1]), reshape(x!, [rows, ...rest]), 'add');
  return emit('Slice', [summed, int64s([0]), int64s([numSegments]), int64s([0])], x!.type, [numSegments, ...rest]);
};

const oneHot: Kernel = ({ inputs: { indices }, attributes: { dtype, depth, onValue, offValue } }) => {
  const classes = constant(
    'int32',
    Array.from({ length: depth }, (_, i) => i),
  );
  const shape = [...indices!.shape, depth];
  const hit = emit('Equal', [reshape(cast(indices!, 'int32'), [...indices!.shape, 1]), classes], 'bool', shape);
  if (onValue === 1 && offValue === 0) return cast(hit, dtype);
  return where(hit, scalar(dtype, onValue), scalar(dtype, offValue));
};

const cumulative =
  (op: 'CumSum' | 'CumProd'): Kernel =>
  ({ inputs: { x }, attributes: { axis, exclusive, reverse: backwards } }) => {
    const along = util.parseAxisParam(axis, [...x!.shape])[0]!;
    if (x!.shape.length === 0) return x!;
    if (op === 'CumSum') {
      return emit('CumSum', [x!, scalar('int32', along)], x!.type, x!.shape, {
        exclusive: int(+exclusive),
        reverse: int(+backwards),
      });
    }
    return cumulativeProduct(x!, along, exclusive, backwards);
  };

/** By doubling: after step k every element holds the product of the 2^k before it. */
function cumulativeProduct(x: Value, axis: number, exclusive: boolean, backwards: boolean): Value {
  const length = x.shape[axis]!;
  const shift = (value: Value, by: number): Value => {
    const pads = value.shape.map((_, i) => (i === axis ? by : 0));
    const shape = value.shape.map((d, i) => (i === axis ? d + by : d));
    const padded = emit(
      'Pad',
      [value, int64s([...pads, ...pads.map(() => 0)]), scalar(value.type, 1)],
      value.type,
      shape,
      { mode: text('constant') },
    );
    return emit('Slice', [padded, int64s([0]), int64s([length]), int64s([axis])], value.type, value.shape);
  };
  let product = backwards ? reverse(x, [axis]) : x;
  if (exclusive) product = shift(product, 1);
  for (let step = 1; step < length; step *= 2) product = emit('Mul', [product, shift(product, step)], x.type, x.shape);
  return backwards ? reverse(product, [axis]) : product;
}

/** The largest first, of equals the first; NaN comes last. */
const topK: Kernel = ({ inputs: { x }, attributes: { k } }) => {
  const shape = [...x!.shape.slice(0, -1), k];
  if (sizeOf(shape) === 0) return [filled(x!.type, shape, 0), filled('int32', shape, 0)];
  const specs = [
    { type: x!.type, shape },
    { type: 'int64' as const, shape },
  ];
  const sort = (keys: Value) => emitMany('TopK', [keys, int64s([k])], specs, { axis: int(-1) }) as [Value, Value];
  if (x!.type !== 'float32') {
    const [values, indices] = sort(x!);
    return [values, cast(indices, 'int32')];
  }
  // ONNX Runtime loses its order at a NaN.
  const missing = emit('IsNaN', [x!], 'bool', x!.shape);
  const [, indices] = sort(where(missing, scalar('float32', Number.NEGATIVE_INFINITY), x!));
  const values = emit('GatherElements', [x!, indices], 'float32', shape, { axis: int(-1) });
  return [values, cast(indices, 'int32')];
};

export const indexingKernels: KernelTable = {
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  TensorScatterUpdate: tensorScatterUpdate,
  UnsortedSegmentSum: unsortedSegmentSum,
  OneHot: oneHot,
  Cumsum: cumulative('CumSum'),
  Cumprod: cumulative('CumProd'),
  TopK: topK,
};

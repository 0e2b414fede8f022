import { backend_util } from '@tensorflow/tfjs';
import { cast, constant, emit, expand, int64s, reshape, scalar } from '../graph/emit.js';
import { int, sizeOf, text, type Value } from '../graph/value.js';
import { binary, where } from './elementwise.js';
import { counterUniform } from './fused.js';
import { scatter, scatterRows, within } from './indexing.js';
import type { Kernel, KernelTable } from './kernel.js';
import { reduce } from './reductions.js';
import { filled, sliceBox } from './structure.js';

const indices = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

const sparseToDense: Kernel = ({
  inputs: { sparseIndices, sparseValues, defaultValue },
  attributes: { outputShape },
}) => {
  const info = ({ shape }: Value) => ({ shape: [...shape], rank: shape.length });
  backend_util.calculateShapes(info(sparseValues!) as never, info(sparseIndices!) as never, outputShape);
  const { index, rows } = scatterRows(sparseIndices!, sparseValues!);
  const asNumbers = (value: Value) => (value.type === 'bool' ? cast(value, 'int32') : value);
  const background = expand(reshape(asNumbers(cast(defaultValue!, rows.type)), []), outputShape);
  if (sizeOf(outputShape) === 0) return filled(rows.type, outputShape, 0);
  return cast(scatter(background, index, asNumbers(rows), 'none'), rows.type);
};

/** How many elements of a sorted row come before each value. */
const searchSorted: Kernel = ({ inputs: { sortedSequence, values }, attributes: { side } }) => {
  const [rows, length] = sortedSequence!.shape as [number, number];
  const count = values!.shape[1]!;
  const row = reshape(sortedSequence!, [rows, 1, length]);
  const value = reshape(values!, [rows, count, 1]);
  const before = binary(side === 'left' ? 'Less' : 'LessOrEqual', row, value, 'bool');
  return reduce('ReduceSum', cast(before, 'int32'), [2], false, 0);
};

function refuseNegative({ data }: Value): void {
  if (data === undefined) return;
  for (const value of data as Int32Array) if (value < 0) throw new RangeError('Input x must be non-negative!');
}

/** Occurrences of 0 ... size - 1 in each row of `x` [rows, length], weighted if `weights` has elements. */
function countRows(x: Value, weights: Value, size: number, binaryOutput: boolean): Value {
  const [rows, length] = x.shape as [number, number];
  refuseNegative(x);
  if (rows * length === 0) return filled(weights.type, [rows, size], 0);
  // One bucket more takes what is outside.
  const bucket = where(within(x, size), x, scalar(x.type, size));
  const starts = constant(
    'int32',
    indices(rows).map((row) => row * (size + 1)),
    [rows, 1],
  );
  const flat = reshape(binary('Add', cast(bucket, 'int32'), starts), [rows * length]);
  const weighted = !binaryOutput && sizeOf(weights.shape) > 0;
  const updates = weighted ? reshape(weights, [rows * length]) : filled(weights.type, [rows * length], 1);
  const total = rows * (size + 1);
  const counts = emit('ScatterElements', [filled(weights.type, [total], 0), flat, updates], weights.type, [total], {
    axis: int(0),
    reduction: text(binaryOutput ? 'none' : 'add'),
  });
  return sliceBox(reshape(counts, [rows, size + 1]), [0, 0], [rows, size]);
}

/** `Bincount` counts all of `x`; `DenseBincount` (with `binaryOutput`) each row of a matrix. */
const binCount: Kernel = ({ inputs: { x, weights }, attributes: { size, binaryOutput } }) => {
  if (binaryOutput !== undefined && x!.shape.length === 2) return countRows(x!, weights!, size, binaryOutput);
  const row = reshape(x!, [1, sizeOf(x!.shape)]);
  // Like tfjs: a single row is counted, not marked.
  return reshape(countRows(row, weights!, size, false), [size]);
};

/** Draws by the inverse of the cumulated probabilities, from counter-based numbers of the seed. */
const multinomial: Kernel = ({ inputs: { logits }, attributes: { numSamples, seed, normalized } }) => {
  const [rows, events] = logits!.shape as [number, number];
  const probabilities = normalized
    ? logits!
    : emit('Softmax', [cast(logits!, 'float32')], 'float32', logits!.shape, { axis: int(-1) });
  const words = new Uint32Array(new Float64Array([seed]).buffer);
  const key = constant('int32', [words[0]! | 0, words[1]! | 0]);
  const uniform = reshape(counterUniform(key, [rows, numSamples]), [rows, numSamples, 1]);
  const cumulated = emit('CumSum', [probabilities, int64s([1])], 'float32', [rows, events]);
  // The last event takes what rounding leaves.
  const bounds = reshape(sliceBox(cumulated, [0, 0], [rows, events - 1]), [rows, 1, events - 1]);
  const passed = binary('GreaterOrEqual', uniform, bounds, 'bool');
  return reduce('ReduceSum', cast(passed, 'int32'), [2], false, 0);
};

export const countingKernels: KernelTable = {
  SparseToDense: sparseToDense,
  SearchSorted: searchSorted,
  Bincount: binCount,
  DenseBincount: binCount,
  Multinomial: multinomial,
};

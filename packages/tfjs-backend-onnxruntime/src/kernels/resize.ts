import { cast, constant, emit, reshape } from '../graph/emit.js';
import { int, sizeOf, type Value } from '../graph/value.js';
import { binary } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { matMul } from './products.js';
import { filled } from './structure.js';

interface ResizeOptions {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Where each new pixel lies between two old ones: `low + (high - low) * fraction`. */
interface Places {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly fraction: readonly number[];
}

const scaleOf = (oldSize: number, newSize: number, alignCorners: boolean): number =>
  alignCorners && newSize > 1 ? (oldSize - 1) / (newSize - 1) : oldSize / newSize;

const indices = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

function linearPlaces(oldSize: number, newSize: number, { alignCorners, halfPixelCenters }: ResizeOptions): Places {
  const scale = scaleOf(oldSize, newSize, alignCorners);
  const exact = indices(newSize).map((i) => (halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i));
  const low = exact.map((place) => Math.max(0, Math.floor(place)));
  const high = exact.map((place) => Math.min(oldSize - 1, Math.ceil(place)) + 0);
  return { low, high, fraction: exact.map((place, i) => place - low[i]!) };
}

function nearestPlaces(oldSize: number, newSize: number, { alignCorners, halfPixelCenters }: ResizeOptions): number[] {
  const scale = scaleOf(oldSize, newSize, alignCorners);
  return indices(newSize).map((i) => {
    const exact = halfPixelCenters ? scale * (i + 0.5) : scale * i;
    return Math.max(0, Math.min(oldSize - 1, alignCorners ? Math.round(exact) : Math.floor(exact)));
  });
}

const isIdentity = (places: readonly number[], size: number) =>
  places.length === size && places.every((place, i) => place === i);

function pick(x: Value, places: readonly number[], axis: number): Value {
  if (isIdentity(places, x.shape[axis]!)) return x;
  const shape = x.shape.map((size, i) => (i === axis ? places.length : size));
  return emit('Gather', [x, constant('int32', places)], x.type, shape, { axis: int(axis) });
}

function interpolate(x: Value, { low, high, fraction }: Places, axis: number): Value {
  const from = pick(x, low, axis);
  if (fraction.every((f) => f === 0)) return from;
  const weights = constant(
    'float32',
    fraction,
    x.shape.map((_, i) => (i === axis ? fraction.length : 1)),
  );
  return binary('Add', from, binary('Mul', binary('Sub', pick(x, high, axis), from), weights));
}

/** Products with constant matrices sum what each old pixel gave: rows [H, H'], columns [W, W']. */
function collect(dy: Value, rows: Value, columns: Value): Value {
  const [batch, newHeight, newWidth, channels] = dy.shape as [number, number, number, number];
  const [height, width] = [rows.shape[0]!, columns.shape[0]!];
  const byRows = matMul(rows, reshape(dy, [batch, newHeight, newWidth * channels]), false, false, true);
  const byColumns = matMul(columns, reshape(byRows, [batch * height, newWidth, channels]), false, false, true);
  return reshape(byColumns, [batch, height, width, channels]);
}

function linearMatrix(oldSize: number, { low, high, fraction }: Places): Value {
  const newSize = low.length;
  const weights = Array<number>(oldSize * newSize).fill(0);
  for (let i = 0; i < newSize; i++) {
    weights[low[i]! * newSize + i]! += 1 - fraction[i]!;
    weights[high[i]! * newSize + i]! += fraction[i]!;
  }
  return constant('float32', weights, [oldSize, newSize]);
}

const nearestMatrix = (oldSize: number, places: number[]): Value =>
  linearMatrix(oldSize, { low: places, high: places, fraction: places.map(() => 0) });

const resizeBilinear: Kernel = ({ inputs: { images }, attributes }) => {
  const [newHeight, newWidth] = attributes.size as [number, number];
  const [, height, width] = images!.shape as [number, number, number];
  const options = attributes as unknown as ResizeOptions;
  const wide = interpolate(cast(images!, 'float32'), linearPlaces(width, newWidth, options), 2);
  return interpolate(wide, linearPlaces(height, newHeight, options), 1);
};

const resizeNearest: Kernel = ({ inputs: { images }, attributes }) => {
  const [newHeight, newWidth] = attributes.size as [number, number];
  const [, height, width] = images!.shape as [number, number, number];
  const options = attributes as unknown as ResizeOptions;
  return pick(pick(images!, nearestPlaces(height, newHeight, options), 1), nearestPlaces(width, newWidth, options), 2);
};

const gradient =
  (matrix: (oldSize: number, newSize: number, options: ResizeOptions) => Value): Kernel =>
  ({ inputs: { images, dy }, attributes }) => {
    if (sizeOf(dy!.shape) === 0) return filled('float32', images!.shape, 0);
    const options = attributes as unknown as ResizeOptions;
    const along = (axis: number) => matrix(images!.shape[axis]!, dy!.shape[axis]!, options);
    return collect(dy!, along(1), along(2));
  };

export const resizeKernels: KernelTable = {
  ResizeBilinear: resizeBilinear,
  ResizeNearestNeighbor: resizeNearest,
  ResizeBilinearGrad: gradient((oldSize, newSize, options) =>
    linearMatrix(oldSize, linearPlaces(oldSize, newSize, options)),
  ),
  ResizeNearestNeighborGrad: gradient((oldSize, newSize, options) =>
    nearestMatrix(oldSize, nearestPlaces(oldSize, newSize, options)),
  ),
};

import { backend_util } from '@tensorflow/tfjs';
import { cast, constant, emit, expand, reshape, scalar } from '../graph/emit.js';
import { int, sizeOf, type Value } from '../graph/value.js';
import { binary, unary, where } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { filled, reverse, sliceBox } from './structure.js';

type Operand = Value | number;

const operand = (x: Operand, like: Value): Value => (typeof x === 'number' ? scalar(like.type, x) : x);
const compute = (op: string, a: Value, b: Operand): Value => binary(op, a, operand(b, a));
const compare = (op: string, a: Value, b: Operand): Value => binary(op, a, operand(b, a), 'bool');
const both = (a: Value, b: Value): Value => binary('And', a, b);
const roundHalfUp = (x: Value): Value => unary('Floor', compute('Add', x, 0.5));
const between = (x: Value, low: number, high: number): Value =>
  both(compare('GreaterOrEqual', x, low), compare('LessOrEqual', x, high));
const indices = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

/** `image[batch, y, x]` with all indices broadcast to each other; indices outside are moved inside. Gives [...indices, channels]. */
function pixelsAt(image: Value, batch: Value, y: Value, x: Value): Value {
  const [count, height, width, channels] = image.shape as [number, number, number, number];
  const inside = (index: Value, size: number) => compute('Max', compute('Min', cast(index, 'int32'), size - 1), 0);
  const row = compute('Add', compute('Mul', inside(batch, count), height), inside(y, height));
  const flat = compute('Add', compute('Mul', row, width), inside(x, width));
  const table = reshape(image, [count * height * width, channels]);
  return emit('Gather', [table, flat], image.type, [...flat.shape, channels], { axis: int(0) });
}

const withChannel = (x: Value): Value => reshape(x, [...x.shape, 1]);

/** Coordinates of crops: [boxes, cropSize], as tfjs counts them. */
function cropPlaces(low: Value, high: Value, cropSize: number, imageSize: number): Value {
  if (cropSize <= 1) return compute('Mul', compute('Mul', compute('Add', low, high), 0.5), imageSize - 1);
  const scale = compute('Div', compute('Mul', compute('Sub', high, low), imageSize - 1), cropSize - 1);
  const steps = constant('float32', indices(cropSize), [1, cropSize]);
  return compute('Add', compute('Mul', low, imageSize - 1), compute('Mul', scale, steps));
}

const cropAndResize: Kernel = ({ inputs: { image, boxes, boxInd }, attributes }) => {
  const [, height, width, channels] = image!.shape as [number, number, number, number];
  const [cropHeight, cropWidth] = attributes.cropSize as [number, number];
  const count = boxes!.shape[0]!;
  const shape = [count, cropHeight, cropWidth, channels];
  if (sizeOf(shape) === 0) return filled('float32', shape, 0);
  const corner = (i: number) => sliceBox(boxes!, [0, i], [count, 1]);
  const y = reshape(cropPlaces(corner(0), corner(2), cropHeight, height), [count, cropHeight, 1]);
  const x = reshape(cropPlaces(corner(1), corner(3), cropWidth, width), [count, 1, cropWidth]);
  const batch = reshape(boxInd!, [count, 1, 1]);
  const at = (row: Value, column: Value) => pixelsAt(cast(image!, 'float32'), batch, row, column);
  const sample = () => {
    if (attributes.method === 'nearest') return at(roundHalfUp(y), roundHalfUp(x));
    const [top, bottom, left, right] = [unary('Floor', y), unary('Ceil', y), unary('Floor', x), unary('Ceil', x)];
    const mix = (a: Value, b: Value, part: Value) =>
      compute('Add', a, compute('Mul', compute('Sub', b, a), withChannel(part)));
    const across = compute('Sub', x, left);
    const upper = mix(at(top, left), at(top, right), across);
    const lower = mix(at(bottom, left), at(bottom, right), across);
    return mix(upper, lower, compute('Sub', y, top));
  };
  const inImage = withChannel(both(between(y, 0, height - 1), between(x, 0, width - 1)));
  const filledIn = where(inImage, sample(), scalar('float32', attributes.extrapolationValue));
  // A box of an image that is not there stays 0.
  const known = compare('Less', reshape(batch, [count, 1, 1, 1]), image!.shape[0]!);
  return where(known, filledIn, scalar('float32', 0));
};

/** The turn is known beforehand, and so is which pixel goes where. */
const rotateWithOffset: Kernel = ({ inputs: { image }, attributes: { radians, fillValue, center } }) => {
  const [batch, height, width, channels] = image!.shape as [number, number, number, number];
  const [centerX, centerY] = backend_util.getImageCenter(center, height, width);
  const [sine, cosine] = [Math.sin(radians), Math.cos(radians)];
  const sources = indices(height * width).map((place) => {
    const [x, y] = [(place % width) - centerX, Math.floor(place / width) - centerY];
    const column = Math.round(x * cosine - y * sine + centerX);
    const row = Math.round(x * sine + y * cosine + centerY);
    return column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1;
  });
  const index = constant(
    'int32',
    sources.map((source) => Math.max(0, source)),
  );
  const pixels = reshape(image!, [batch, height * width, channels]);
  const moved = emit('Gather', [pixels, index], image!.type, pixels.shape, { axis: int(1) });
  const fill = indices(channels).map((c) => (typeof fillValue === 'number' ? fillValue : c === 3 ? 255 : fillValue[c]));
  const mask = constant(
    'bool',
    sources.map((source) => +(source >= 0)),
    [height * width, 1],
  );
  return reshape(where(mask, moved, constant(image!.type as 'float32', fill)), image!.shape);
};

/** Coordinates outside of the image, brought back as `mode` says. */
function bringBack(x: Value, size: number, mode: string): Value {
  const clamp = (value: Value) => compute('Max', compute('Min', value, size - 1), 0);
  if (mode === 'nearest') return clamp(x);
  if (mode !== 'reflect' && mode !== 'wrap') return x;
  if (size <= 1) {
    const outside = binary('Or', compare('Less', x, 0), compare('Greater', x, size - 1));
    return where(outside, scalar('float32', 0), x);
  }
  const truncate = (value: Value) => compute('Mul', unary('Sign', value), unary('Floor', unary('Abs', value)));
  const below = compare('Less', x, 0);
  const above = compare('Greater', x, size - 1);
  const negated = unary('Neg', x);
  if (mode === 'wrap') {
    const turns = (value: Value) => truncate(compute('Div', value, size - 1));
    const fromBelow = compute('Add', x, compute('Mul', compute('Add', turns(negated), 1), size));
    const fromAbove = compute('Sub', x, compute('Mul', turns(x), size));
    return clamp(where(below, fromBelow, where(above, fromAbove, x)));
  }
  const period = 2 * size;
  const shifted = compute('Add', x, compute('Mul', truncate(compute('Div', negated, period)), period));
  const flipped = compute('Sub', unary('Neg', shifted), 1);
  const fromBelow = where(compare('Less', shifted, -size), compute('Add', shifted, period), flipped);
  const rest = compute('Sub', x, compute('Mul', truncate(compute('Div', x, period)), period));
  const mirrored = compute('Sub', compute('Add', unary('Neg', rest), period), 1);
  const fromAbove = where(compare('GreaterOrEqual', rest, size), mirrored, rest);
  return clamp(where(below, fromBelow, where(above, fromAbove, x)));
}

/** A projective transform: eight numbers an image say from where each pixel comes. */
const transform: Kernel = ({ inputs: { image, transforms }, attributes }) => {
  const { interpolation, fillMode, fillValue, outputShape } = attributes;
  const [batch, height, width, channels] = image!.shape as [number, number, number, number];
  const [outHeight, outWidth] = (outputShape ?? [height, width]) as [number, number];
  const shape = [batch, outHeight, outWidth, channels];
  if (sizeOf(shape) === 0 || sizeOf(image!.shape) === 0) return filled(image!.type, shape, fillValue);
  const rows = transforms!.shape[0]!;
  const entry = (i: number) => reshape(sliceBox(transforms!, [0, i], [rows, 1]), [rows, 1, 1]);
  const outX = constant('float32', indices(outWidth), [1, 1, outWidth]);
  const outY = constant('float32', indices(outHeight), [1, outHeight, 1]);
  const linear = (a: number, b: number) =>
    compute('Add', compute('Mul', entry(a), outX), compute('Mul', entry(b), outY));
  const projection = compute('Add', linear(6, 7), 1);
  const place = (a: number, size: number) =>
    bringBack(compute('Div', compute('Add', linear(a, a + 1), entry(a + 2)), projection), size, fillMode);
  const [x, y] = [place(0, width), place(3, height)];
  const batchIndex = constant('int32', indices(batch), [batch, 1, 1]);
  const fill = scalar('float32', fillValue);
  const at = (row: Value, column: Value) => {
    const inside = both(between(row, 0, height - 1), between(column, 0, width - 1));
    return where(withChannel(inside), pixelsAt(cast(image!, 'float32'), batchIndex, row, column), fill);
  };
  const sample = () => {
    if (interpolation === 'nearest') return at(roundHalfUp(y), roundHalfUp(x));
    const [top, left] = [unary('Floor', y), unary('Floor', x)];
    const [bottom, right] = [compute('Add', top, 1), compute('Add', left, 1)];
    const weighted = (value: Value, weight: Value) => compute('Mul', value, withChannel(weight));
    const [toLeft, toRight] = [compute('Sub', x, left), compute('Sub', right, x)];
    const row = (r: Value) => compute('Add', weighted(at(r, left), toRight), weighted(at(r, right), toLeft));
    return compute('Add', weighted(row(top), compute('Sub', bottom, y)), weighted(row(bottom), compute('Sub', y, top)));
  };
  const finite = withChannel(unary('Not', compare('Equal', projection, 0)));
  return cast(expand(where(finite, sample(), fill), shape), image!.type);
};

export const imageKernels: KernelTable = {
  CropAndResize: cropAndResize,
  FlipLeftRight: ({ inputs: { image } }) => reverse(image!, [2]),
  RotateWithOffset: rotateWithOffset,
  Transform: transform,
};

import { backend_util } from '@tensorflow/tfjs';
import { emit, reshape, transpose } from '../graph/emit.js';
import { int, ints, sizeOf, type Value } from '../graph/value.js';
import { activate } from './activation.js';
import type { Kernel, KernelTable } from './kernel.js';
import { matMul } from './products.js';
import { concatenate, everyNth, filled, pad, sliceBox } from './structure.js';
import {
  channelsFirst,
  channelsLast,
  fitImage,
  paddingAfter,
  type WindowAxis,
  windowAttributes,
  windowOf,
} from './window.js';

type Shape = readonly number[];

interface Geometry {
  readonly axes: readonly WindowAxis[];
  readonly groups: number;
  readonly outShape: Shape;
}

type GeometryOf = (
  inputShape: Shape,
  filterShape: Shape,
  // biome-ignore lint/suspicious/noExplicitAny: attributes are typed by each kernel of tfjs
  attributes: Record<string, any>,
) => Geometry;

const four = (shape: Shape) => [...shape] as [number, number, number, number];
const five = (shape: Shape) => [...shape] as [number, number, number, number, number];

const plane =
  (depthwise: boolean): GeometryOf =>
  (inputShape, filterShape, { strides, pad: given, dilations, dimRoundingMode, dataFormat }) => {
    // Explicit paddings follow the axes of tfjs' image.
    const pad = Array.isArray(given) && dataFormat === 'NCHW' ? [given[0], given[2], given[3], given[1]] : given;
    const info = backend_util.computeConv2DInfo(
      four(inputShape),
      four(filterShape),
      strides,
      dilations ?? 1,
      pad as never,
      dimRoundingMode,
      depthwise,
    );
    return { axes: windowOf(info), groups: depthwise ? filterShape[2]! : 1, outShape: info.outShape };
  };

const volume: GeometryOf = (inputShape, filterShape, { strides, pad, dilations }) => {
  const info = backend_util.computeConv3DInfo(five(inputShape), five(filterShape), strides, dilations ?? 1, pad);
  return { axes: windowOf(info), groups: 1, outShape: info.outShape };
};

/** [...window, in, out] -> [out, in, ...window]; of a depthwise filter [...window, channels, times] -> [channels * times, 1, ...window]. */
function filterFirst(filter: Value, depthwise: boolean): Value {
  const rank = filter.shape.length;
  const window = Array.from({ length: rank - 2 }, (_, i) => i);
  const size = filter.shape.slice(0, -2);
  const [channels, times] = filter.shape.slice(-2) as [number, number];
  return depthwise
    ? reshape(transpose(filter, [rank - 2, rank - 1, ...window]), [channels * times, 1, ...size])
    : transpose(filter, [rank - 1, rank - 2, ...window]);
}

const isPointwise = (axes: readonly WindowAxis[]): boolean =>
  axes.every((axis) => axis.size === 1 && axis.stride === 1 && axis.inSize === axis.outSize && axis.before === 0);

interface Finish {
  readonly bias?: Value | undefined;
  readonly activation?: string | undefined;
  readonly prelu?: Value | undefined;
  readonly leakyReluAlpha?: number | undefined;
}

/** Convolution of `x` [batch, ...space, in], then a row of biases, then an activation. */
function convolve(x: Value, filter: Value, geometry: Geometry, depthwise: boolean, finish: Finish = {}): Value {
  const { axes, groups, outShape } = geometry;
  const { bias, activation, prelu, leakyReluAlpha } = finish;
  const outChannels = outShape.at(-1)!;
  const rowBias = bias !== undefined && sizeOf(bias.shape) === outChannels ? reshape(bias, [outChannels]) : undefined;
  const rest = (value: Value) => {
    const biased =
      bias === undefined || rowBias !== undefined ? value : emit('Add', [value, bias], 'float32', value.shape);
    return activate(biased, activation, prelu, leakyReluAlpha);
  };
  if (sizeOf(x.shape) === 0 || sizeOf(filter.shape) === 0) {
    const zeros = filled('float32', outShape, 0);
    return rest(rowBias === undefined ? zeros : emit('Add', [zeros, rowBias], 'float32', outShape));
  }
  if (!depthwise && axes.every((axis) => axis.size === 1 && axis.before === 0 && paddingAfter(axis) <= 0)) {
    // A product of rows and channels, without moving the channels.
    const rows = reshape(shifted(x, axes, 0), [sizeOf(outShape) / outChannels, x.shape.at(-1)!]);
    const product = matMul(rows, reshape(filter, filter.shape.slice(-2)), false, false, true, rowBias);
    return rest(reshape(product, outShape));
  }
  // Wide paddings are no trouble here: only what is left over at the end.
  const over = axes.some((axis) => paddingAfter(axis) <= -axis.stride);
  const fitted = over ? fitImage(channelsFirst(x), axes, 0) : { image: channelsFirst(x), axes };
  const kernel = filterFirst(filter, depthwise);
  const shape = [outShape[0]!, outChannels, ...outShape.slice(1, -1)];
  const result = emit(
    'Conv',
    rowBias === undefined ? [fitted.image, kernel] : [fitted.image, kernel, rowBias],
    'float32',
    shape,
    {
      ...windowAttributes(fitted.axes),
      group: int(groups),
    },
  );
  // ONNX Runtime merges an activation with the convolution, if it follows at once.
  const early = prelu === undefined && (bias === undefined || rowBias !== undefined);
  return early ? channelsLast(activate(result, activation, undefined, leakyReluAlpha)) : rest(channelsLast(result));
}

/** The gradient of a convolution's input: each element of `dy` is spread over its window. */
function spread(given: Value, filter: Value, geometry: Geometry, depthwise: boolean, inputShape: Shape): Value {
  const { axes, groups } = geometry;
  // conv2dTranspose may be asked for less than all of `given` makes.
  const outSizes = axes.map(({ outSize }, i) => Math.min(outSize, given.shape[i + 1]!));
  const dy = sliceBox(
    given,
    given.shape.map(() => 0),
    [given.shape[0]!, ...outSizes, given.shape.at(-1)!],
  );
  if (sizeOf(dy.shape) === 0 || sizeOf(filter.shape) === 0) return filled('float32', inputShape, 0);
  if (!depthwise && isPointwise(axes)) {
    const rows = reshape(dy, [sizeOf(dy.shape) / dy.shape.at(-1)!, dy.shape.at(-1)!]);
    return reshape(matMul(rows, reshape(filter, filter.shape.slice(-2)), false, true, true), inputShape);
  }
  const covered = axes.map((axis) => axis.inSize + Math.min(0, paddingAfter(axis)));
  const channels = inputShape.at(-1)!;
  const shape = [inputShape[0]!, channels, ...covered];
  const result = emit('ConvTranspose', [channelsFirst(dy), filterFirst(filter, depthwise)], 'float32', shape, {
    ...windowAttributes(axes),
    group: int(groups),
  });
  // Elements at the end that no window reaches.
  const missing = axes.map((axis, i): [number, number] => [0, axis.inSize - covered[i]!]);
  return pad(channelsLast(result), [[0, 0], ...missing, [0, 0]], 'constant');
}

/** Up to this many places in the window the gradient of a filter is one product of unfolded inputs. */
const MOST_UNFOLDED = 32;
/** Above this many elements the pieces are multiplied one by one, so that not all exist at once. */
const LARGEST_UNFOLDED = 1 << 24;
/** With fewer input channels the unfolded pieces are too thin to copy. */
const FEWEST_CHANNELS = 8;

/** The gradient of a convolution's filter [...window, in, out]. */
function filterGradient(x: Value, dy: Value, geometry: Geometry, filterShape: Shape): Value {
  const { axes } = geometry;
  if (sizeOf(x.shape) === 0 || sizeOf(dy.shape) === 0) return filled('float32', filterShape, 0);
  const [inChannels, outChannels] = filterShape.slice(-2) as [number, number];
  const places = sizeOf(axes.map(({ size }) => size));
  if (places > MOST_UNFOLDED || inChannels < FEWEST_CHANNELS) return correlate(x, dy, geometry, filterShape);
  const rows = sizeOf(dy.shape) / outChannels;
  const paddings = axes.map((axis): [number, number] => [axis.before, Math.max(0, paddingAfter(axis))]);
  const padded = pad(x, [[0, 0], ...paddings, [0, 0]], 'constant');
  const pieces = Array.from({ length: places }, (_, place) =>
    reshape(shifted(padded, axes, place), [rows, inChannels]),
  );
  const flat = reshape(dy, [rows, outChannels]);
  const product =
    rows * inChannels * places > LARGEST_UNFOLDED
      ? concatenate(
          pieces.map((piece) => matMul(piece, flat, true, false, true)),
          0,
        )
      : matMul(concatenate(pieces, 1), flat, true, false, true);
  return reshape(product, filterShape);
}

/** The part of a padded input [batch, ...space, channels] that meets one place of the window, [batch, ...out, channels]. */
export function shifted(padded: Value, axes: readonly WindowAxis[], place: number): Value {
  const begin: number[] = [];
  let rest = place;
  for (const { size, dilation } of [...axes].reverse()) {
    begin.unshift((rest % size) * dilation);
    rest = Math.floor(rest / size);
  }
  const extents = axes.map(({ outSize, stride }) => (outSize - 1) * stride + 1);
  const [batch, channels] = [padded.shape[0]!, padded.shape.at(-1)!];
  const box = sliceBox(padded, [0, ...begin, 0], [batch, ...extents, channels]);
  return everyNth(box, [1, ...axes.map(({ stride }) => stride), 1]);
}

/** The same as a convolution of the input with `dy`, batch and channels exchanged, strides and dilations too. */
function correlate(x: Value, dy: Value, { axes }: Geometry, filterShape: Shape): Value {
  const exchange = (value: Value) => {
    const rank = value.shape.length;
    return transpose(value, [rank - 1, 0, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]);
  };
  const [inChannels, outChannels] = filterShape.slice(-2) as [number, number];
  const { found, attributes } = exchangedWindow(axes);
  // [in, batch, ...space] with [out, batch, ...out] -> [in, out, ...window]
  const result = emit('Conv', [exchange(x), exchange(dy)], 'float32', [inChannels, outChannels, ...found], attributes);
  const rank = filterShape.length;
  const moved = transpose(result, [...Array.from({ length: rank - 2 }, (_, i) => i + 2), 0, 1]);
  return sliceBox(
    moved,
    filterShape.map(() => 0),
    filterShape,
  );
}

/** The same for depthwise filters: one group a channel. */
function depthwiseFilterGradient(x: Value, dy: Value, { axes }: Geometry, filterShape: Shape): Value {
  if (sizeOf(x.shape) === 0 || sizeOf(dy.shape) === 0) return filled('float32', filterShape, 0);
  const [channels, times] = filterShape.slice(-2) as [number, number];
  const batch = x.shape[0]!;
  const { found, attributes } = exchangedWindow(axes);
  const image = reshape(transpose(x, [3, 0, 1, 2]), [1, channels * batch, ...x.shape.slice(1, -1)]);
  const result = emit('Conv', [image, transpose(dy, [3, 0, 1, 2])], 'float32', [1, channels * times, ...found], {
    ...attributes,
    group: int(channels),
  });
  const moved = transpose(reshape(result, [channels, times, ...found]), [2, 3, 0, 1]);
  return sliceBox(
    moved,
    filterShape.map(() => 0),
    filterShape,
  );
}

/** Strides and dilations exchanged, `dy` in the filter's place; `found` may exceed the filter where strides leave a rest. */
function exchangedWindow(axes: readonly WindowAxis[]) {
  return {
    found: axes.map((axis) => axis.size + Math.floor(Math.max(0, -paddingAfter(axis)) / axis.dilation)),
    attributes: {
      kernel_shape: ints(axes.map(({ outSize }) => outSize)),
      strides: ints(axes.map(({ dilation }) => dilation)),
      dilations: ints(axes.map(({ stride }) => stride)),
      pads: ints([...axes.map(({ before }) => before), ...axes.map((axis) => Math.max(0, paddingAfter(axis)))]),
    },
  };
}

const forward =
  (geometryOf: GeometryOf, depthwise: boolean): Kernel =>
  ({ inputs: { x, filter, bias, preluActivationWeights }, attributes }) => {
    const { activation, leakyreluAlpha: leakyReluAlpha } = attributes;
    if (attributes.dataFormat !== 'NCHW') {
      const geometry = geometryOf(x!.shape, filter!.shape, attributes);
      const finish = { bias, activation, prelu: preluActivationWeights, leakyReluAlpha };
      return convolve(x!, filter!, geometry, depthwise, finish);
    }
    // tfjs gives biases and weights by channel: [channels], or [channels, 1, 1].
    const image = channelsLast(x!);
    const byChannel = (value: Value | undefined) =>
      value === undefined
        ? undefined
        : value.shape.length === 3
          ? transpose(value, [1, 2, 0])
          : value.shape.length === 4
            ? channelsLast(value)
            : value;
    const geometry = geometryOf(image.shape, filter!.shape, attributes);
    const finish = { bias: byChannel(bias), activation, prelu: byChannel(preluActivationWeights), leakyReluAlpha };
    return channelsFirst(convolve(image, filter!, geometry, depthwise, finish));
  };

const inputGradient =
  (geometryOf: GeometryOf, depthwise: boolean): Kernel =>
  ({ inputs: { dy, filter }, attributes }) => {
    const first = attributes.dataFormat === 'NCHW';
    const given = attributes.inputShape as number[];
    const inputShape = first ? [given[0]!, ...given.slice(2), given[1]!] : given;
    const geometry = geometryOf(inputShape, filter!.shape, attributes);
    const gradient = spread(first ? channelsLast(dy!) : dy!, filter!, geometry, depthwise, inputShape);
    return first ? channelsFirst(gradient) : gradient;
  };

const weightGradient =
  (geometryOf: GeometryOf, depthwise: boolean): Kernel =>
  ({ inputs: { x, dy }, attributes }) => {
    const filterShape = attributes.filterShape as number[];
    const last = (value: Value) => (attributes.dataFormat === 'NCHW' ? channelsLast(value) : value);
    const geometry = geometryOf(last(x!).shape, filterShape, attributes);
    const compute = depthwise ? depthwiseFilterGradient : filterGradient;
    return compute(last(x!), last(dy!), geometry, filterShape);
  };

export const convolutionKernels: KernelTable = {
  Conv2D: forward(plane(false), false),
  FusedConv2D: forward(plane(false), false),
  Conv2DBackpropInput: inputGradient(plane(false), false),
  Conv2DBackpropFilter: weightGradient(plane(false), false),
  DepthwiseConv2dNative: forward(plane(true), true),
  FusedDepthwiseConv2D: forward(plane(true), true),
  DepthwiseConv2dNativeBackpropInput: inputGradient(plane(true), true),
  DepthwiseConv2dNativeBackpropFilter: weightGradient(plane(true), true),
  Conv3D: forward(volume, false),
  Conv3DBackpropInputV2: inputGradient(volume, false),
  Conv3DBackpropFilterV2: weightGradient(volume, false),
};

import { transpose } from '../graph/emit.js';
import { type Attributes, ints, type Value } from '../graph/value.js';

/** How a window moves along one spatial axis. */
export interface WindowAxis {
  readonly inSize: number;
  readonly outSize: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first element. */
  readonly before: number;
}

interface ConvolutionInfo {
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padInfo: { readonly top: number; readonly left: number };
}

interface VolumeInfo extends ConvolutionInfo {
  readonly inDepth: number;
  readonly outDepth: number;
  readonly filterDepth: number;
  readonly strideDepth: number;
  readonly dilationDepth: number;
  readonly padInfo: { readonly front: number; readonly top: number; readonly left: number };
}

/** The window of tfjs' `Conv2DInfo` or `Conv3DInfo`, one entry a spatial axis. */
export function windowOf(info: ConvolutionInfo | VolumeInfo): WindowAxis[] {
  const depth = 'front' in info.padInfo ? [axisOf(info, 'Depth', info.padInfo.front)] : [];
  return [...depth, axisOf(info, 'Height', info.padInfo.top), axisOf(info, 'Width', info.padInfo.left)];
}

function axisOf(info: object, axis: string, before: number): WindowAxis {
  const sizes = info as Record<string, number>;
  return {
    inSize: sizes[`in${axis}`]!,
    outSize: sizes[`out${axis}`]!,
    size: sizes[`filter${axis}`]!,
    stride: sizes[`stride${axis}`]!,
    dilation: sizes[`dilation${axis}`]!,
    before,
  };
}

/** Padding after the last element that gives exactly `outSize` places; negative where the window does not reach the end. */
export const paddingAfter = ({ inSize, outSize, size, stride, dilation, before }: WindowAxis): number =>
  (outSize - 1) * stride + (size - 1) * dilation + 1 - inSize - before;

/** ONNX' attributes of a window. */
export function windowAttributes(axes: readonly WindowAxis[]): Attributes {
  return {
    kernel_shape: ints(axes.map(({ size }) => size)),
    strides: ints(axes.map(({ stride }) => stride)),
    dilations: ints(axes.map(({ dilation }) => dilation)),
    pads: ints([...axes.map(({ before }) => before), ...axes.map((axis) => Math.max(0, paddingAfter(axis)))]),
  };
}

/** [batch, ...space, channels] -> [batch, channels, ...space]. */
export function channelsFirst(x: Value): Value {
  const rank = x.shape.length;
  return transpose(x, [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]);
}

/** [batch, channels, ...space] -> [batch, ...space, channels]. */
export function channelsLast(x: Value): Value {
  const rank = x.shape.length;
  return transpose(x, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]);
}

import { transpose } from '../graph/emit.js';
import { type Attributes, ints, type Value } from '../graph/value.js';
import { pad, sliceBox } from './structure.js';

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

/** An image [batch, channels, ...space] padded or cut by hand so that windows cover it exactly. */
export interface FittedImage {
  readonly image: Value;
  readonly axes: readonly WindowAxis[];
  /** Takes values at the fitted image's elements back to the elements of the image before. */
  restore(fitted: Value): Value;
}

/**
 * ONNX Runtime pools only where each window touches the image, and goes on as long as windows fit; tfjs pads as wide as
 * asked for, and with a plain number of padding it counts places by the rows alone. Such images are fitted by hand.
 */
export function fitImage(image: Value, axes: readonly WindowAxis[], fill: number): FittedImage {
  const fits = axes.every((axis) => {
    const after = paddingAfter(axis);
    return Math.max(axis.before, after) < axis.size && after > -axis.stride;
  });
  if (fits) return { image, axes, restore: (fitted) => fitted };
  const none: [number, number] = [0, 0];
  const around = axes.map((axis): [number, number] => [axis.before, Math.max(0, paddingAfter(axis))]);
  const padded = pad(image, [none, none, ...around], 'constant', fill);
  const covered = axes.map((axis) => axis.inSize + axis.before + paddingAfter(axis));
  const begin = image.shape.map(() => 0);
  const size = [...image.shape.slice(0, 2), ...covered];
  return {
    image: sliceBox(padded, begin, size),
    axes: axes.map((axis, i) => ({ ...axis, inSize: covered[i]!, before: 0 })),
    restore: (fitted) => {
      const missing = axes.map((axis, i): [number, number] => [
        0,
        Math.max(0, axis.before + axis.inSize - covered[i]!),
      ]);
      const whole = pad(fitted, [none, none, ...missing], 'constant');
      return sliceBox(whole, [0, 0, ...axes.map(({ before }) => before)], image.shape);
    },
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

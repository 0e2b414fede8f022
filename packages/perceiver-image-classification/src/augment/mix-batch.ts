import type { HostRandom } from 'perceiver-training/random';
import { symmetricBeta } from './beta.js';

/** Pictures and targets of a batch. */
export interface SoftBatch {
  /** `[B, height, width, colours]`, flat. */
  readonly pixels: Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number, colours: number];
  /** `[B, classes]`, flat. */
  readonly targets: Float32Array;
}

export interface MixBatchOptions {
  /** MixUp with shares from Beta(alpha, alpha) (Zhang et al., 2018); the Perceiver's is 0.2. */
  readonly mixUp?: number;
  /** CutMix with areas drawn evenly (Yun et al., 2019). */
  readonly cutMix?: boolean;
}

/**
 * Mixes each picture of a batch with the next one: all by MixUp or by CutMix, or, where both are asked for, the first half by MixUp and the
 * second by CutMix (Perceiver IO, appendix H).
 *
 * @returns new arrays; what is given stays as it is
 */
export function mixBatch(batch: SoftBatch, random: HostRandom, { mixUp, cutMix = false }: MixBatchOptions): SoftBatch {
  const size = batch.shape[0];
  const half = mixUp === undefined ? 0 : cutMix ? size >> 1 : size;
  let result = batch;
  if (mixUp !== undefined) result = mixUpRows(result, random, mixUp, 0, half);
  if (cutMix) result = cutMixRows(result, random, half, size);
  return result;
}

/** The row that a row of `[start, end)` is mixed with: the next, of the last one the first. */
const partnerOf = (row: number, start: number, end: number): number => (row + 1 < end ? row + 1 : start);

/** Blends `to += share * from` of two rows, shares summing to 1. */
function blendRow(
  source: Float32Array,
  target: Float32Array,
  width: number,
  row: number,
  other: number,
  share: number,
) {
  for (let i = 0; i < width; i++) {
    target[row * width + i] = (1 - share) * source[row * width + i]! + share * source[other * width + i]!;
  }
}

/** MixUp of the rows `[start, end)`: pictures and targets are weighted sums of the row and the next. */
export function mixUpRows(batch: SoftBatch, random: HostRandom, alpha: number, start: number, end: number): SoftBatch {
  if (!(alpha > 0)) throw new RangeError(`MixUp: expected an alpha above 0, got ${alpha}`);
  const { pixels, targets, shape } = batch;
  const [mixed, mixedTargets] = [pixels.slice(), targets.slice()];
  for (let row = start; row < end; row++) {
    const share = symmetricBeta(alpha, random);
    const other = partnerOf(row, start, end);
    blendRow(pixels, mixed, pixels.length / shape[0], row, other, share);
    blendRow(targets, mixedTargets, targets.length / shape[0], row, other, share);
  }
  return { pixels: mixed, targets: mixedTargets, shape };
}

/**
 * CutMix of the rows `[start, end)`: a rectangle of the next picture covers a row's, and targets are weighted by the areas. The rectangle
 * has the picture's proportions and its middle is anywhere, so that part of it may be cut off.
 */
export function cutMixRows(batch: SoftBatch, random: HostRandom, start: number, end: number): SoftBatch {
  const { pixels, targets, shape } = batch;
  const [rows, height, width, colours] = shape;
  const [mixed, mixedTargets] = [pixels.slice(), targets.slice()];
  const picture = height * width * colours;
  for (let row = start; row < end; row++) {
    const other = partnerOf(row, start, end);
    const side = Math.sqrt(1 - random.uniform());
    const [left, right] = interval(width, side, random);
    const [top, bottom] = interval(height, side, random);
    for (let y = top; y < bottom; y++) {
      const [from, to] = [(y * width + left) * colours, (y * width + right) * colours];
      mixed.set(pixels.subarray(other * picture + from, other * picture + to), row * picture + from);
    }
    const share = ((right - left) * (bottom - top)) / (width * height);
    blendRow(targets, mixedTargets, targets.length / rows, row, other, share);
  }
  return { pixels: mixed, targets: mixedTargets, shape };
}

/** A part of an axis about an even random middle, cut off at its ends. */
function interval(size: number, share: number, random: HostRandom): [number, number] {
  const middle = random.integer(size);
  const reach = Math.trunc(Math.trunc(share * size) / 2);
  return [Math.max(0, middle - reach), Math.min(size, middle + reach)];
}

import { ModelError } from '../errors.js';
import { linspace } from './linspace.js';

export interface FourierOptions {
  /** Frequencies per axis. */
  readonly numBands: number;
  /** Per axis: frequencies run linearly from 1 to half of it. */
  readonly maxResolution: readonly number[];
  /** Puts the raw position first; true by default. */
  readonly concatPositions?: boolean;
}

/** Channels of Fourier features: `axes * (2 * bands + 1)`, without the raw position `2 * axes * bands`. */
export function fourierChannels({ numBands, maxResolution, concatPositions = true }: FourierOptions): number {
  return maxResolution.length * (2 * numBands + (concatPositions ? 1 : 0));
}

/**
 * Fourier features of positions (Perceiver, section 3.2): `[positions, sines, cosines]`, each of the last two for all bands of the
 * first axis, then of the next. Computed on the host with every step rounded to float32, as PyTorch computes them: the phase of a long
 * audio signal passes 48,000 rad, where float64 phases would differ by 0.006 in the sine (PARITY, section 3).
 *
 * @param positions `[points, axes]` flat, in [-1, 1]
 * @returns `[points, fourierChannels(options)]` flat
 */
export function fourierFeatures(positions: Float32Array, options: FourierOptions): Float32Array {
  const { numBands, maxResolution, concatPositions = true } = options;
  const axes = maxResolution.length;
  if (axes === 0 || positions.length % axes !== 0) {
    throw new ModelError(`fourierFeatures: expected positions of ${axes} axes, got ${positions.length} numbers`);
  }
  const frequencies = maxResolution.map((resolution) => linspace(1, resolution / 2, numBands));
  const channels = fourierChannels(options);
  const points = positions.length / axes;
  const features = new Float32Array(points * channels);
  const pi = Math.fround(Math.PI);
  const sines = concatPositions ? axes : 0;
  const cosines = sines + axes * numBands;
  for (let point = 0; point < points; point++) {
    const row = point * channels;
    for (let axis = 0; axis < axes; axis++) {
      const position = positions[point * axes + axis]!;
      if (concatPositions) features[row + axis] = position;
      for (let band = 0; band < numBands; band++) {
        const phase = Math.fround(Math.fround(position * frequencies[axis]![band]!) * pi);
        features[row + sines + axis * numBands + band] = Math.sin(phase);
        features[row + cosines + axis * numBands + band] = Math.cos(phase);
      }
    }
  }
  return features;
}

import * as tf from '@tensorflow/tfjs';
import { bindParameters, dense, type RowSource } from 'perceiver-core';
import type { RgbImage } from 'perceiver-image-files';
import { jit } from 'tfjs-backend-onnxruntime';
import { axisFeatures, gridFeatures } from '../model/flow-positions.js';
import { innerNeighbourhoods } from '../model/neighbourhoods.js';
import type { OpticalFlowModelConfig } from '../model/optical-flow-model.js';

type Tensors = Record<string, tf.Tensor>;

/** Where the projection of neighbourhoods has its parameters. */
const PROJECTION = 'perceiver.input_preprocessor.conv_after_patches';

/** Makes the input array of tiles piece by piece; it is the query array too. */
export interface TileRows {
  /** The rows of the tile at row `y` and column `x` of two frames. Pieces must be whole rows of pixels. */
  of(parameters: Readonly<Tensors>, frames: readonly [RgbImage, RgbImage], y: number, x: number): RowSource;
  dispose(): Promise<void>;
}

/**
 * Rows of input arrays, made anew each time they are asked for: neighbourhoods and their projection cost 2% of what attention does with
 * them, the whole array would take 235 MB. Position features, of which each axis has a table, are made once for all tiles.
 */
export function tileRows(config: Required<OpticalFlowModelConfig>): TileRows {
  const [height, width] = config.frameSize;
  const { numBands, patchFeatures } = config;
  const channels = 1 + 2 * numBands;
  const ofRows = axisFeatures(height, numBands);
  const columns = tf.keep(tf.tensor2d(axisFeatures(width, numBands), [width, channels]));
  const make = jit(
    (weights: Tensors, strip: tf.Tensor5D, rowFeatures: tf.Tensor2D, columnFeatures: tf.Tensor2D) => {
      const projected = dense(bindParameters(weights).at(PROJECTION), innerNeighbourhoods(strip), patchFeatures);
      return tf.concat([projected, gridFeatures(rowFeatures, columnFeatures).expandDims(0)], 2) as tf.Tensor3D;
    },
    { name: 'optical flow input' },
  );
  return {
    of: (parameters, frames, y, x) => {
      const padded = frames.map((frame) => paddedTile(frame, y, x, height, width));
      const row = (width + 2) * 3;
      const weights = Object.fromEntries(Object.entries(parameters).filter(([name]) => name.startsWith(PROJECTION)));
      return {
        length: height * width,
        rows: async (start, end) => {
          const [from, to] = [start / width, end / width];
          if (!Number.isInteger(from) || !Number.isInteger(to)) {
            throw new RangeError(`tileRows: expected whole rows of ${width} pixels, got ${start} to ${end}`);
          }
          const numbers = (to - from + 2) * row;
          const strip = new Float32Array(2 * numbers);
          padded.forEach((frame, i) => {
            strip.set(frame.subarray(from * row, from * row + numbers), i * numbers);
          });
          const inputs = [
            tf.tensor5d(strip, [1, 2, to - from + 2, width + 2, 3]),
            tf.tensor2d(ofRows.subarray(from * channels, to * channels), [to - from, channels]),
          ] as const;
          const rows = await make(weights, ...inputs, columns);
          tf.dispose([...inputs]);
          return rows;
        },
      };
    },
    dispose: async () => {
      await make.dispose();
      columns.dispose();
    },
  };
}

/** A tile's colours from -1 to 1 with a border of zeros, `[height + 2, width + 2, 3]`. */
function paddedTile(frame: RgbImage, y: number, x: number, height: number, width: number): Float32Array {
  const values = new Float32Array((height + 2) * (width + 2) * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * frame.width + x) * 3;
    const to = ((row + 1) * (width + 2) + 1) * 3;
    for (let i = 0; i < width * 3; i++) values[to + i] = Math.fround(frame.data[from + i]! / 255) * 2 - 1;
  }
  return values;
}

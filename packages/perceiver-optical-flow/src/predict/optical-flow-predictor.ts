import * as tf from '@tensorflow/tfjs';
import { chunkedDecode, chunkedEncoder, type RowSource } from 'perceiver-core';
import type { RgbImage } from 'perceiver-image-files';
import type { FlowField } from '../flow-field.js';
import { flowDecoder, type OpticalFlowModelConfig, resolveOpticalFlowConfig } from '../model/optical-flow-model.js';
import { flowStitcher } from '../tiles/flow-stitcher.js';
import { MIN_OVERLAP, tileCorners } from '../tiles/tile-corners.js';
import { paddedPair } from './padded-pair.js';
import { tileRows } from './tile-rows.js';

/** Pixels that 1 of the released model's output stands for: DeepMind's scale, which transformers leaves to the caller. */
export const FLOW_SCALE = 20;

/**
 * Input rows that the latents attend to at a time, and output rows decoded at a time. 1,024 rows and 2,048 latents make 8 MB of scores,
 * which stay in the caches: encoding 512 or 2,048 rows at a time took longer.
 */
const ENCODED_ROWS = 1024;
const DECODED_ROWS = 2048;

export interface EstimateFlowOptions {
  /** Called after each tile. */
  readonly onProgress?: (done: { readonly tiles: number; readonly of: number }) => void;
  /** Ends the work between two pieces of a tile; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Pixels that neighbouring tiles share at least; 20 by default, but at most a quarter of a tile's side. */
  readonly minOverlap?: number;
}

/** An optical flow model with its weights. */
export interface OpticalFlowPredictor {
  readonly config: OpticalFlowModelConfig;
  /**
   * The flow from the first frame to the second, in pixels: frames of one size, from 8 x 8 pixels up. Larger ones than the model's are
   * cut into tiles that overlap, smaller ones get a border of their outermost pixels.
   *
   * @throws FlowError
   */
  estimate(frame1: RgbImage, frame2: RgbImage, options?: EstimateFlowOptions): Promise<FlowField>;
  dispose(): Promise<void>;
}

/** Makes a predictor from a configuration and parameters, which it takes over. */
export function opticalFlowPredictor(
  config: OpticalFlowModelConfig,
  parameters: Record<string, tf.Tensor>,
): OpticalFlowPredictor {
  const resolved = resolveOpticalFlowConfig(config);
  const { frameSize, encoder, numBands, patchFeatures, rescaleFactor } = resolved;
  const [height, width] = frameSize;
  const wholeRows = (rows: number): number => Math.max(1, Math.round(rows / width)) * width;
  const inputs = tileRows(resolved);
  const encode = chunkedEncoder('perceiver', encoder, {
    inputChannels: patchFeatures + 2 * (1 + 2 * numBands),
    chunkSize: wholeRows(ENCODED_ROWS),
  });
  const decode = chunkedDecode('perceiver.decoder.decoder', flowDecoder(config));
  const chunkSize = wholeRows(DECODED_ROWS);

  const estimateTile = async (rows: RowSource): Promise<Float32Array> => {
    const latents = await encode(parameters, rows);
    const flow = new Float32Array(height * width * 2);
    try {
      for await (const { start, decoded } of decode(parameters, rows, latents, { chunkSize })) {
        const values = await decoded.data();
        decoded.dispose();
        for (let i = 0; i < values.length; i++) flow[2 * start + i] = (values[i]! / rescaleFactor) * FLOW_SCALE;
      }
    } finally {
      latents.dispose();
    }
    return flow;
  };

  return {
    config,
    async estimate(frame1, frame2, options = {}) {
      const {
        onProgress,
        signal,
        minOverlap = Math.min(MIN_OVERLAP, Math.floor(Math.min(height, width) / 4)),
      } = options;
      const { size, offset, frames } = paddedPair(frame1, frame2, frameSize);
      const corners = tileCorners(size, frameSize, minOverlap);
      const stitcher = flowStitcher(size, frameSize);
      for (const [index, [y, x]] of corners.entries()) {
        const rows = inputs.of(parameters, frames, y, x);
        const interruptible: RowSource = {
          length: rows.length,
          rows: (start, end) => {
            signal?.throwIfAborted();
            return rows.rows(start, end);
          },
        };
        stitcher.add(await estimateTile(interruptible), y, x);
        onProgress?.({ tiles: index + 1, of: corners.length });
      }
      return cropFlow(stitcher.result(), offset[0], offset[1], frame1.height, frame1.width);
    },
    async dispose() {
      await Promise.all([inputs.dispose(), encode.dispose(), decode.dispose()]);
      tf.dispose(parameters);
    },
  };
}

function cropFlow(flow: FlowField, top: number, left: number, height: number, width: number): FlowField {
  if (flow.width === width && flow.height === height) return flow;
  const data = new Float32Array(height * width * 2);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * flow.width + left) * 2;
    data.set(flow.data.subarray(start, start + width * 2), y * width * 2);
  }
  return { width, height, data };
}

import * as tf from '@tensorflow/tfjs';
import {
  type DecoderConfig,
  dense,
  type EncoderConfig,
  type InputAdapter,
  intermediateRecorder,
  type Model,
  ModelError,
  type PerceiverIO,
  type RunOptions,
  runContext,
  runPerceiverIO,
} from 'perceiver-core';
import { axisFeatures, gridFeatures } from './flow-positions.js';
import { neighbourhoods, PATCH_CHANNELS, patchRows } from './neighbourhoods.js';

/** A Perceiver IO that gives the flow of every pixel from 3 x 3 neighbourhoods of two frames (Perceiver IO, section 4.2). */
export interface OpticalFlowModelConfig {
  /** Height and width of the frames that the model takes. */
  readonly frameSize: readonly [height: number, width: number];
  readonly encoder: EncoderConfig;
  /** Frequencies per axis; 64 by default. */
  readonly numBands?: number;
  /** Channels that a pixel's neighbourhoods are projected to; 64 by default. */
  readonly patchFeatures?: number;
  /** The decoded flow is divided by it; 100 by default. */
  readonly rescaleFactor?: number;
}

/** A batch of pairs: the frames, or their neighbourhoods. */
export type OpticalFlowInputs =
  | {
      /** `[B, 2, H, W, 3]`, colours from -1 to 1 */
      readonly frames: tf.Tensor5D;
    }
  | {
      /** `[B, 2, 27, H, W]`, as transformers takes them: channel `(3 * dy + dx) * 3 + colour` */
      readonly patches: tf.Tensor5D;
    };

export interface OpticalFlowOutputs {
  /** `[B, H, W, 2]`: horizontal, vertical. In the released model in units of 20 pixels. */
  readonly logits: tf.Tensor4D;
  /** Latents after the last self-attend, `[B, N, D]`. */
  readonly lastHiddenState: tf.Tensor3D;
  readonly intermediates?: Record<string, tf.Tensor>;
}

export type OpticalFlowModel = Model<OpticalFlowModelConfig, OpticalFlowInputs, RunOptions, OpticalFlowOutputs>;

/** The configuration with what is left out filled in. */
export function resolveOpticalFlowConfig(config: OpticalFlowModelConfig): Required<OpticalFlowModelConfig> {
  const { numBands = 64, patchFeatures = 64, rescaleFactor = 100 } = config;
  const [height, width] = config.frameSize;
  if (![height, width].every((size) => Number.isSafeInteger(size) && size >= 2)) {
    throw new ModelError(`optical flow model: expected a frame of at least 2 x 2 pixels, got ${height} x ${width}`);
  }
  return { ...config, numBands, patchFeatures, rescaleFactor };
}

/** The decoder of a configuration: one head, no residual, two channels. Its queries are the input array itself. */
export function flowDecoder({ encoder }: OpticalFlowModelConfig): DecoderConfig {
  return {
    crossAttentionWidth: encoder.crossAttentionWidth,
    useQueryResidual: false,
    finalChannels: 2,
    attentionDropout: encoder.attentionDropout,
    activation: encoder.activation,
  };
}

function inputAdapter(config: Required<OpticalFlowModelConfig>): InputAdapter<OpticalFlowInputs> {
  const { frameSize, numBands, patchFeatures } = config;
  const [height, width] = frameSize;
  return (scope, input) => {
    const given = 'frames' in input ? input.frames : input.patches;
    const size = 'frames' in input ? [2, height, width, 3] : [2, PATCH_CHANNELS, height, width];
    if (given.rank !== 5 || given.shape.slice(1).join() !== size.join()) {
      throw new ModelError(`optical flow model: expected [B, ${size.join(', ')}], got [${given.shape}]`);
    }
    const rows = 'frames' in input ? neighbourhoods(input.frames) : patchRows(input.patches);
    const features = dense(scope.at('conv_after_patches'), rows, patchFeatures); // [B, H * W, F]
    const axes = frameSize.map((points) => tf.tensor2d(axisFeatures(points, numBands), [points, 1 + 2 * numBands]));
    const positions = gridFeatures(axes[0]!, axes[1]!).expandDims<tf.Tensor3D>(0);
    return { inputs: tf.concat([features, tf.tile(positions, [given.shape[0], 1, 1])], 2) };
  };
}

/** The optical flow model of a configuration. */
export function opticalFlowModel(config: OpticalFlowModelConfig): OpticalFlowModel {
  const resolved = resolveOpticalFlowConfig(config);
  const [height, width] = resolved.frameSize;
  const parts: PerceiverIO<OpticalFlowInputs, tf.Tensor4D> = {
    encoder: config.encoder,
    decoder: flowDecoder(config),
    inputAdapter: inputAdapter(resolved),
    queryProvider: (_scope, { inputArray }) => inputArray.inputs,
    outputAdapter: (_scope, decoded) => decoded.div(resolved.rescaleFactor).reshape([-1, height, width, 2]),
  };
  return {
    config,
    exampleInputs: (batch = 1) => ({ frames: { shape: [batch, 2, height, width, 3], dtype: 'float32' } }),
    apply: (scope, inputs, options = {}) => {
      const recorder = intermediateRecorder(options);
      const { output, lastHiddenState } = runPerceiverIO(scope, inputs, parts, runContext(options, recorder.record));
      return { logits: output, lastHiddenState, ...recorder.result() };
    },
  };
}

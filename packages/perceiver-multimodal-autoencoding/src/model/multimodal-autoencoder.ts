import * as tf from '@tensorflow/tfjs';
import {
  dense,
  fourierChannels,
  intermediateRecorder,
  type ModalityInput,
  type ModalityOutput,
  type ModalityQuery,
  type Model,
  ModelError,
  multimodalInput,
  multimodalOutput,
  multimodalQuery,
  type PerceiverIO,
  pointFourierFeatures,
  type RunOptions,
  runContext,
  runPerceiverIO,
  trainableQueries,
} from 'perceiver-core';
import { spaceToDepth } from '../preprocess/space-to-depth.js';
import { audioPatches, audioSamples, type MultimodalAutoencoderConfig } from './multimodal-config.js';

/** A batch of clips. */
export interface MultimodalInputs {
  /** Frames, 0 to 1, `[B, T, H, W, 3]`. */
  readonly image: tf.Tensor5D;
  /** Sound, -1 to 1, `[B, S, 1]`. */
  readonly audio: tf.Tensor3D;
  /** One-hot labels `[B, numLabels]`; read in training only, and only with `maskedLabels` below 1. */
  readonly label?: tf.Tensor2D;
  /** The output points to decode; all by default. Flat indices, int32. */
  readonly points?: {
    /** `[n]`, into (T, H, W), row by row. */
    readonly image?: tf.Tensor1D;
    /** `[n]`, into the patches of sound. */
    readonly audio?: tf.Tensor1D;
  };
}

/** Raw reconstructions, not limited to the range of the inputs. */
export interface MultimodalLogits extends Record<string, tf.Tensor> {
  /** `[B, points * samplesPerPatch]` */
  readonly audio: tf.Tensor2D;
  /** `[B, points, 3]` */
  readonly image: tf.Tensor3D;
  /** `[B, numLabels]` */
  readonly label: tf.Tensor2D;
}

export interface MultimodalOutputs {
  readonly logits: MultimodalLogits;
  /** Latents after the last self-attend, `[B, N, D]`. */
  readonly lastHiddenState: tf.Tensor3D;
  readonly intermediates?: Record<string, tf.Tensor>;
}

export type MultimodalAutoencoderModel = Model<
  MultimodalAutoencoderConfig,
  MultimodalInputs,
  RunOptions,
  MultimodalOutputs
>;

/** The autoencoder of a configuration. */
export function multimodalAutoencoder(config: MultimodalAutoencoderConfig): MultimodalAutoencoderModel {
  const { numFrames, height, width, numLabels } = config;
  const parts = { ...multimodalParts(config), queryProvider: multimodalQuery(queries(config), config.queryMinPadding) };
  const samples = audioSamples(config);
  return {
    config,
    exampleInputs: (batch = 1) => ({
      image: { shape: [batch, numFrames, height, width, 3], dtype: 'float32' },
      audio: { shape: [batch, samples, 1], dtype: 'float32' },
      label: { shape: [batch, numLabels], dtype: 'float32' },
    }),
    apply: (scope, inputs, options = {}) => {
      const recorder = intermediateRecorder(options);
      const model: PerceiverIO<MultimodalInputs, MultimodalLogits> = {
        ...parts,
        outputAdapter: (root, decoded, context) => {
          context.record?.('decoder_output', decoded);
          const outputs = multimodalOutputs(config, inputs.points);
          const post = root.at('perceiver.output_postprocessor');
          return multimodalOutput(post, decoded, outputs, context) as MultimodalLogits;
        },
      };
      const { output, lastHiddenState } = runPerceiverIO(scope, inputs, model, runContext(options, recorder.record));
      return { logits: output, lastHiddenState, ...recorder.result() };
    },
  };
}

/** Everything but what depends on the output points. */
export function multimodalParts(config: MultimodalAutoencoderConfig) {
  const { encoder } = config;
  return {
    encoder,
    decoder: {
      crossAttentionWidth: encoder.crossAttentionWidth,
      useQueryResidual: false,
      finalChannels: config.outputChannels,
      attentionDropout: encoder.attentionDropout,
      activation: encoder.activation,
    },
    queryPath: 'decoder' as const,
    inputAdapter: multimodalInput(inputRows(config), config.inputMinPadding),
  };
}

/** Frequencies of the positions, the same for inputs and queries. */
export function positionOptions(config: MultimodalAutoencoderConfig) {
  const { numFrames, imageResolution: side, audioBands, imageBands } = config;
  return {
    audio: { numBands: audioBands, maxResolution: [audioSamples(config)] },
    image: { numBands: imageBands, maxResolution: [numFrames, side, side] },
  };
}

const allOf = (sizes: readonly number[]): tf.Tensor1D =>
  tf.range(
    0,
    sizes.reduce((product, size) => product * size, 1),
    1,
    'int32',
  );

/** Puts the position's features behind each row's channels. */
function withPositions(
  rows: tf.Tensor3D,
  sizes: readonly number[],
  options: { numBands: number; maxResolution: readonly number[] },
): tf.Tensor3D {
  const [batch, count] = rows.shape;
  const features = pointFourierFeatures(allOf(sizes), sizes, options);
  return tf.concat([rows, tf.tile(features.reshape<tf.Tensor3D>([1, count, -1]), [batch, 1, 1])], 2);
}

function inputRows(config: MultimodalAutoencoderConfig): Record<string, ModalityInput<MultimodalInputs>> {
  const { imagePatchSize: patch, samplesPerPatch, numLabels, maskedLabels = 1 } = config;
  const options = positionOptions(config);
  return {
    audio: {
      rows: ({ audio }) => {
        const [batch, samples] = audio.shape;
        if (samples % samplesPerPatch !== 0) {
          throw new ModelError(`audio: expected samples in patches of ${samplesPerPatch}, got ${samples}`);
        }
        const count = samples / samplesPerPatch;
        return withPositions(audio.reshape([batch, count, samplesPerPatch]), [count], options.audio);
      },
    },
    image: {
      rows: ({ image }) => {
        const [, frames, height, width] = image.shape;
        return withPositions(spaceToDepth(image, patch), [frames, height / patch, width / patch], options.image);
      },
    },
    label: {
      maskedShare: maskedLabels,
      rows: ({ label, image }, _scope, { training }) => {
        if (label !== undefined) return label.reshape([label.shape[0], 1, numLabels]);
        if (training && maskedLabels < 1) throw new ModelError('label: expected labels to train with, got none');
        return tf.zeros([image.shape[0], 1, numLabels]);
      },
    },
  };
}

/** The query arrays of all modalities before padding. */
export function queries(config: MultimodalAutoencoderConfig): Record<string, ModalityQuery<MultimodalInputs>> {
  const { numFrames, height, width, labelQueryChannels } = config;
  const options = positionOptions(config);
  const label = trainableQueries(1, labelQueryChannels);
  return {
    audio: {
      channels: fourierChannels(options.audio),
      rows: ({ input }) => queryRows(input.points?.audio, [audioPatches(config)], options.audio),
    },
    image: {
      channels: fourierChannels(options.image),
      rows: ({ input }) => queryRows(input.points?.image, [numFrames, height, width], options.image),
    },
    label: {
      channels: labelQueryChannels,
      rows: (source, scope, context) => label(scope.at('decoder'), source, context),
    },
  };
}

function queryRows(
  points: tf.Tensor1D | undefined,
  sizes: readonly number[],
  options: { numBands: number; maxResolution: readonly number[] },
): tf.Tensor3D {
  return pointFourierFeatures(points ?? allOf(sizes), sizes, { ...options, rule: 'query' }).expandDims(0);
}

function multimodalOutputs(
  config: MultimodalAutoencoderConfig,
  points: MultimodalInputs['points'],
): Record<string, ModalityOutput> {
  const { numFrames, height, width, samplesPerPatch, numLabels } = config;
  return {
    audio: {
      rows: points?.audio?.size ?? audioPatches(config),
      output: (scope, decoded) => {
        const samples = dense(scope.at('classifier'), decoded, samplesPerPatch);
        return samples.reshape([samples.shape[0], -1]);
      },
    },
    image: {
      rows: points?.image?.size ?? numFrames * height * width,
      output: (scope, decoded) => dense(scope.at('classifier'), decoded, 3),
    },
    label: {
      rows: 1,
      output: (scope, decoded) => tf.squeeze(dense(scope.at('classifier'), decoded, numLabels), [1]),
    },
  };
}

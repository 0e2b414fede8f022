import * as tf from '@tensorflow/tfjs';
import type { BufferUpdate } from 'perceiver-core';
import {
  type DecoderConfig,
  type EncoderConfig,
  intermediateRecorder,
  type Model,
  type PerceiverIO,
  type RunOptions,
  runContext,
  runPerceiver,
  runPerceiverIO,
  trainableQueries,
} from 'perceiver-core';
import type { ImageInput, ImageInputs } from './image-input.js';
import { imageInputAdapter } from './image-input-adapter.js';

/** One trained query asks the latents, then a linear layer (Perceiver IO, section 3.2). */
export interface QueryHead extends Partial<Omit<DecoderConfig, 'finalChannels'>> {
  readonly kind: 'query';
  /** Channels of the query; those of the latents by default. */
  readonly queryChannels?: number;
}

/** A linear layer on the average of the latents (Perceiver, section 3.1). */
export interface AverageHead {
  readonly kind: 'average';
  /** Normalises the average first; false by default. */
  readonly normed?: boolean;
}

/** A Perceiver or Perceiver IO that names what a picture shows. */
export interface ImageClassifierConfig {
  readonly input: ImageInput;
  /** Height and width for which the model was made; only learned positions insist on it. */
  readonly imageSize: readonly [number, number];
  /** Channels of a picture; 3 by default. */
  readonly colours?: number;
  /**
   * Seed of a fixed permutation that all pixels of a picture go through before anything else, positions staying where they are: the paper's
   * test of what a model owes to the grid (Perceiver, section 4.1 and table 2). None by default.
   */
  readonly permutation?: number;
  readonly encoder: EncoderConfig;
  /** A query by default. */
  readonly head?: QueryHead | AverageHead;
  readonly numLabels: number;
}

export interface ImageClassifierOutputs {
  /** `[B, numLabels]` */
  readonly logits: tf.Tensor2D;
  /** Latents after the last self-attend, `[B, N, D]`. */
  readonly lastHiddenState: tf.Tensor3D;
  readonly intermediates?: Record<string, tf.Tensor>;
  /** When training: new values of buffers (running statistics of a batch norm) by name, to be stored after the step. */
  readonly buffers?: Record<string, tf.Tensor>;
}

export type ImageClassifierModel = Model<ImageClassifierConfig, ImageInputs, RunOptions, ImageClassifierOutputs>;

/** The parts of a model whose head is a query. */
function queryParts(
  config: ImageClassifierConfig,
  { queryChannels, kind: _, ...decoder }: QueryHead,
  update: BufferUpdate,
): PerceiverIO<ImageInputs, tf.Tensor2D> {
  const { encoder, numLabels } = config;
  return {
    encoder,
    decoder: {
      crossAttentionWidth: encoder.crossAttentionWidth,
      attentionDropout: encoder.attentionDropout,
      activation: encoder.activation,
      useQueryResidual: true,
      ...decoder,
      finalChannels: numLabels,
    },
    inputAdapter: imageInputAdapter(config, update),
    queryProvider: trainableQueries(1, queryChannels ?? encoder.latentChannels),
    outputAdapter: (_scope, decoded) => tf.squeeze(decoded, [1]),
  };
}

/** The image classifier of a configuration. Parameter names are those of the released checkpoints. */
export function imageClassifier(config: ImageClassifierConfig): ImageClassifierModel {
  const { encoder, imageSize, colours = 3, numLabels, head = { kind: 'query' } } = config;
  return {
    config,
    exampleInputs: (batch = 1) => ({ pixels: { shape: [batch, ...imageSize, colours], dtype: 'float32' } }),
    apply: (scope, inputs, options = {}) => {
      const recorder = intermediateRecorder(options);
      const context = runContext(options, recorder.record);
      const buffers: Record<string, tf.Tensor> = {};
      const update: BufferUpdate = (name, value) => {
        buffers[name] = value;
      };
      const run = () => {
        if (head.kind === 'query') {
          const result = runPerceiverIO(scope, inputs, queryParts(config, head, update), context);
          return { logits: result.output, lastHiddenState: result.lastHiddenState };
        }
        const parts = { encoder, inputAdapter: imageInputAdapter(config, update), numClasses: numLabels };
        return runPerceiver(scope, inputs, { ...parts, normedAverage: head.normed }, context);
      };
      const outputs = run();
      return { ...outputs, ...recorder.result(), ...(Object.keys(buffers).length > 0 ? { buffers } : {}) };
    },
  };
}

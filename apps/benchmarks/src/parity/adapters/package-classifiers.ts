import * as tf from '@tensorflow/tfjs';
import {
  attentionMaskBias,
  buffer,
  type EncoderConfig,
  fourierFeatures,
  gridPositions,
  type InputAdapter,
  intermediateRecorder,
  perceiverIoPackageName,
  runContext,
  runPerceiverIO,
  trainableQueries,
} from 'perceiver-core';
import { textInputAdapter } from 'perceiver-text';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, type ModelCase } from '../check-model.js';
import type { Fixture } from '../fixture.js';

/** Fields of the package's configurations that have an effect. */
interface PackageConfig {
  readonly num_latents: number;
  readonly num_latent_channels: number;
  readonly encoder: Record<string, number | null | undefined> & {
    readonly first_cross_attention_layer_shared: boolean;
    readonly first_self_attention_block_shared: boolean;
    readonly image_shape?: [number, number, number];
  };
  readonly decoder: Record<string, number | null | undefined> & { readonly cross_attention_residual: boolean };
}

interface Inputs {
  readonly x: tf.Tensor;
  readonly padMask?: tf.Tensor2D;
}

function encoderConfig({ encoder, num_latents, num_latent_channels }: PackageConfig): EncoderConfig {
  return {
    numLatents: num_latents,
    latentChannels: num_latent_channels,
    numCrossAttentionHeads: encoder.num_cross_attention_heads!,
    numSelfAttentionHeads: encoder.num_self_attention_heads!,
    numSelfAttendsPerBlock: encoder.num_self_attention_layers_per_block!,
    numBlocks: encoder.num_self_attention_blocks!,
    numCrossAttends: encoder.num_cross_attention_layers!,
    firstCrossAttendShared: encoder.first_cross_attention_layer_shared,
    firstBlockShared: encoder.first_self_attention_block_shared,
    crossAttentionQkChannels: encoder.num_cross_attention_qk_channels ?? undefined,
    crossAttentionVChannels: encoder.num_cross_attention_v_channels ?? undefined,
    qkChannels: encoder.num_self_attention_qk_channels ?? num_latent_channels,
    vChannels: encoder.num_self_attention_v_channels ?? undefined,
    crossAttentionWideningFactor: encoder.cross_attention_widening_factor!,
    selfAttentionWideningFactor: encoder.self_attention_widening_factor!,
  };
}

/** The encoder with the widths that the package takes where its configuration says none. */
function withDefaultWidths(
  encoder: EncoderConfig,
  inputChannels: number | undefined,
  config: PackageConfig,
): EncoderConfig {
  const qkChannels = encoder.crossAttentionQkChannels ?? inputChannels ?? encoder.latentChannels;
  return {
    ...encoder,
    crossAttentionQkChannels: qkChannels,
    crossAttentionVChannels: encoder.crossAttentionVChannels ?? qkChannels,
    vChannels: config.encoder.num_self_attention_v_channels ?? encoder.qkChannels,
  };
}

/** Pixels and their Fourier features, which the package stores as a buffer. */
function imageAdapter([height, width, colours]: [number, number, number], numBands: number): InputAdapter<Inputs> {
  const points = height * width;
  const channels = 2 * (2 * numBands + 1);
  const features = () => fourierFeatures(gridPositions([height, width]), { numBands, maxResolution: [height, width] });
  return (scope, { x, padMask }) => {
    const positions = scope.parameter('position_encoding', [points, channels], buffer(features));
    const batch = x.shape[0]!;
    const repeated = tf.tile(positions.reshape([1, points, channels]), [batch, 1, 1]);
    const inputs = tf.concat([x.reshape<tf.Tensor3D>([batch, points, colours]), repeated as tf.Tensor3D], 2);
    return { inputs, scoreBias: maskOf(padMask) };
  };
}

const maskOf = (padMask: tf.Tensor2D | undefined): tf.Tensor | undefined =>
  padMask && attentionMaskBias(tf.sub<tf.Tensor2D>(1, padMask));

function textAdapter(config: PackageConfig): InputAdapter<Inputs> {
  const { vocab_size: vocabSize, max_seq_len: maxPositions, num_input_channels: modelChannels } = config.encoder;
  const adapter = textInputAdapter({
    vocabSize: vocabSize!,
    maxPositions: maxPositions!,
    modelChannels: modelChannels!,
  });
  return (scope, { x, padMask }, context) => ({
    ...adapter(scope, { inputIds: x as tf.Tensor2D }, context),
    scoreBias: maskOf(padMask),
  });
}

function setupOf(fixture: Fixture): ModelCase {
  const config = fixture.config as PackageConfig;
  const { decoder } = config;
  const image = config.encoder.image_shape;
  const bands = config.encoder.num_frequency_bands ?? 0;
  const inputChannels = image && image[2] + 2 * (2 * bands + 1);
  const parts = {
    encoder: withDefaultWidths(encoderConfig(config), inputChannels, config),
    decoder: {
      numHeads: decoder.num_cross_attention_heads!,
      qkChannels: decoder.num_cross_attention_qk_channels ?? undefined,
      vChannels: decoder.num_cross_attention_v_channels ?? undefined,
      crossAttentionWidth: 'q' as const,
      wideningFactor: decoder.cross_attention_widening_factor!,
      useQueryResidual: decoder.cross_attention_residual,
      finalChannels: decoder.num_classes!,
    },
    inputAdapter: image === undefined ? textAdapter(config) : imageAdapter(image, bands),
    queryProvider: trainableQueries(decoder.num_output_queries!, decoder.num_output_query_channels!),
    outputAdapter: (_scope: unknown, decoded: tf.Tensor3D) => tf.squeeze<tf.Tensor2D>(decoded, [1]),
  };
  const example = image === undefined ? { shape: [1, 4], dtype: 'int32' } : { shape: [1, ...image], dtype: 'float32' };
  const model: AnyModel = {
    config,
    exampleInputs: () => ({ x: example }),
    apply: (scope, inputs: Inputs, options) => {
      const recorder = intermediateRecorder(options ?? {});
      const context = runContext(options, recorder.record);
      const { output, lastHiddenState } = runPerceiverIO(scope, inputs, parts, context);
      return { logits: output, lastHiddenState, ...recorder.result() };
    },
  };
  return {
    model,
    storedName: (name) => perceiverIoPackageName(name, { decoderResidual: decoder.cross_attention_residual }),
    inputsOf: (_case, tensor) => {
      const padMask = tensor('pad_mask');
      return { x: tensor('x')!, ...(padMask === undefined ? {} : { padMask }) };
    },
    loss: ({ logits }, labels) => softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D),
    intermediateName: (stored) =>
      stored === 'decoder_output'
        ? 'decoder_layer'
        : stored.replace('cross_attn_', 'cross_attention_').replace('self_attn_', 'self_attends_').replace(/_1$/, ''),
  };
}

/** The `perceiver-io` package's image and text classifiers: Perceiver of 2021 and Perceiver IO (PARITY-krasserm, section 2). */
export const packageClassifierAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.model === 'ImageClassifier' || meta.model === 'TextClassifier',
  check: (fixture, options) => checkModel(fixture, setupOf(fixture), options),
};

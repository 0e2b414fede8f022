import * as tf from '@tensorflow/tfjs';
import {
  attentionMaskBias,
  type EncoderConfig,
  type InputAdapter,
  intermediateRecorder,
  perceiverIoPackageName,
  runContext,
  runPerceiverIO,
  trainableQueries,
} from 'perceiver-core';
import { imageClassifier, imageClassifierConfigFromPackage } from 'perceiver-image-classification';
import { textInputAdapter } from 'perceiver-text';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, type ModelCase } from '../check-model.js';

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
    crossAttendOrder: 'first',
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
function withDefaultWidths(encoder: EncoderConfig, config: PackageConfig): EncoderConfig {
  const qkChannels = encoder.crossAttentionQkChannels ?? encoder.latentChannels;
  return {
    ...encoder,
    crossAttentionQkChannels: qkChannels,
    crossAttentionVChannels: encoder.crossAttentionVChannels ?? qkChannels,
    vChannels: config.encoder.num_self_attention_v_channels ?? encoder.qkChannels,
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

const loss: ModelCase['loss'] = ({ logits }, labels) =>
  softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D);

/** What both kinds of models share. */
const namesOf = ({ decoder }: PackageConfig) => ({
  storedName: (name: string) => perceiverIoPackageName(name, { decoderResidual: decoder.cross_attention_residual }),
  loss,
  intermediateName: (stored: string) =>
    stored === 'decoder_output'
      ? 'decoder_layer'
      : stored.replace('cross_attn_', 'cross_attention_').replace('self_attn_', 'self_attends_').replace(/_1$/, ''),
});

function imageSetup(config: PackageConfig): ModelCase {
  return {
    ...namesOf(config),
    model: imageClassifier(imageClassifierConfigFromPackage(config)) as AnyModel,
    // The package stores the features of positions, which are computed here.
    isComputed: (stored) => stored.endsWith('position_encoding.position_encoding'),
    inputsOf: (_case, tensor) => {
      const padMask = tensor('pad_mask') as tf.Tensor2D | undefined;
      return { pixels: tensor('x')!, ...(padMask && { attentionMask: tf.sub<tf.Tensor2D>(1, padMask) }) };
    },
  };
}

function textSetup(config: PackageConfig): ModelCase {
  const { decoder } = config;
  const parts = {
    encoder: withDefaultWidths(encoderConfig(config), config),
    decoder: {
      numHeads: decoder.num_cross_attention_heads!,
      qkChannels: decoder.num_cross_attention_qk_channels ?? undefined,
      vChannels: decoder.num_cross_attention_v_channels ?? undefined,
      crossAttentionWidth: 'q' as const,
      wideningFactor: decoder.cross_attention_widening_factor!,
      useQueryResidual: decoder.cross_attention_residual,
      finalChannels: decoder.num_classes!,
    },
    inputAdapter: textAdapter(config),
    queryProvider: trainableQueries(decoder.num_output_queries!, decoder.num_output_query_channels!),
    outputAdapter: (_scope: unknown, decoded: tf.Tensor3D) => tf.squeeze<tf.Tensor2D>(decoded, [1]),
  };
  const model: AnyModel = {
    config,
    exampleInputs: () => ({ x: { shape: [1, 4], dtype: 'int32' } }),
    apply: (scope, inputs: Inputs, options) => {
      const recorder = intermediateRecorder(options ?? {});
      const context = runContext(options, recorder.record);
      const { output, lastHiddenState } = runPerceiverIO(scope, inputs, parts, context);
      return { logits: output, lastHiddenState, ...recorder.result() };
    },
  };
  return {
    ...namesOf(config),
    model,
    inputsOf: (_case, tensor) => {
      const padMask = tensor('pad_mask');
      return { x: tensor('x')!, ...(padMask === undefined ? {} : { padMask }) };
    },
  };
}

/** The `perceiver-io` package's image and text classifiers: Perceiver of 2021 and Perceiver IO (PARITY-krasserm, section 2). */
export const packageClassifierAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.model === 'ImageClassifier' || meta.model === 'TextClassifier',
  check: (fixture, options) => {
    const config = fixture.config as PackageConfig;
    const setup = config.encoder.image_shape === undefined ? textSetup(config) : imageSetup(config);
    return checkModel(fixture, setup, options);
  },
};

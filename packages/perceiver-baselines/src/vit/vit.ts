import * as tf from '@tensorflow/tfjs';
import {
  convolution,
  dense,
  embedding,
  intermediateRecorder,
  linearBias,
  linearWeight,
  type Model,
  ModelError,
  norm,
  type RunContext,
  type RunOptions,
  runContext,
  type Scope,
  trainablePosition,
} from 'perceiver-core';
import { attention, gelu, linear } from 'tfjs-backend-onnxruntime';
import { pixelFeatures } from '../pixels/pixel-features.js';
import type { PixelsInputs, PixelsOutputs } from '../pixels/pixels-input.js';
import type { ViTConfig } from './vit-config.js';

const NORM = { epsilon: 1e-6 };

export type ViT = Model<ViTConfig, PixelsInputs, RunOptions, PixelsOutputs>;

/**
 * A Vision Transformer: squares of pixels and a class token through a Transformer encoder with norms before the residuals, with the names
 * of torchvision's checkpoints (Dosovitskiy et al., 2021; PARITY-baselines, section 3).
 *
 * @throws ModelError unless squares cover the picture and heads share the channels evenly
 */
export function viT(config: ViTConfig): ViT {
  const { imageSize, patchSize, colours = 3, hiddenChannels, numLayers, numHeads, numLabels, dropout = 0 } = config;
  const [height, width] = imageSize;
  if (height % patchSize !== 0 || width % patchSize !== 0) {
    throw new ModelError(
      `ViT: expected a picture of whole ${patchSize} x ${patchSize} squares, got ${height} x ${width}`,
    );
  }
  if (hiddenChannels % numHeads !== 0) {
    throw new ModelError(
      `ViT: expected channels divisible by heads, got ${hiddenChannels} channels and ${numHeads} heads`,
    );
  }
  return {
    config,
    exampleInputs: (batch = 1) => ({ pixels: { shape: [batch, ...imageSize, colours], dtype: 'float32' } }),
    apply: (scope, { pixels }, options = {}) => {
      const recorder = intermediateRecorder(options);
      const context = runContext(options, recorder.record);
      const embedded = embedPatches(scope, pixels, config, context);
      const encoder = scope.at('encoder');
      let x = context.dropout(embedded, dropout);
      for (let layer = 0; layer < numLayers; layer++) {
        x = encoderLayer(encoder.at(`layers.encoder_layer_${layer}`), x, config, context, `encoder_layer_${layer}`);
      }
      const normed = norm(encoder.at('ln'), x, NORM); // [B, 1 + N, E]
      context.record?.('encoder.ln', normed);
      const token = tf.slice(normed, [0, 0, 0], [-1, 1, -1]).squeeze<tf.Tensor2D>([1]);
      const logits = dense(scope.at('heads.head'), represent(scope, token, config), numLabels);
      return { logits, ...recorder.result() };
    },
  };
}

/** A class token, then a token for each square, row by row, with learned positions: `[B, 1 + N, E]`. */
function embedPatches(scope: Scope, pixels: tf.Tensor4D, config: ViTConfig, context: RunContext): tf.Tensor3D {
  const { imageSize, patchSize, hiddenChannels } = config;
  const [batch, height, width] = pixels.shape;
  if (height !== imageSize[0] || width !== imageSize[1]) {
    throw new ModelError(
      `pixels: expected ${imageSize.join(' x ')}, got ${height} x ${width}: the positions are learned, so this model takes one size only`,
    );
  }
  const squares = convolution(scope.at('conv_proj'), pixelFeatures(pixels, config), hiddenChannels, {
    kernel: patchSize,
    stride: patchSize,
    padding: 0,
  });
  const count = squares.shape[1] * squares.shape[2];
  const token = scope.parameter<tf.Tensor3D>('class_token', [1, 1, hiddenChannels], embedding(0));
  const tokens = tf.concat(
    [tf.tile(token, [batch, 1, 1]), squares.reshape<tf.Tensor3D>([batch, count, hiddenChannels])],
    1,
  );
  context.record?.('tokens', tokens);
  const shape = [1, 1 + count, hiddenChannels];
  return tokens.add(scope.parameter('encoder.pos_embedding', shape, trainablePosition()));
}

/** Self-attention, then an MLP, each of a norm and added to what it came from: `[B, N, E]` to `[B, N, E]`. */
function encoderLayer(
  scope: Scope,
  x: tf.Tensor3D,
  { numHeads, mlpChannels, dropout = 0, attentionDropout = 0 }: ViTConfig,
  context: RunContext,
  name: string,
): tf.Tensor3D {
  const channels = x.shape[2];
  const own = scope.at('self_attention');
  const weight = own.parameter<tf.Tensor2D>('in_proj_weight', [3 * channels, channels], linearWeight(channels));
  const bias = own.parameter<tf.Tensor1D>('in_proj_bias', [3 * channels], linearBias(channels));
  const projected = linear(norm(scope.at('ln_1'), x, NORM), weight, bias) as tf.Tensor3D; // [B, N, 3 E]
  const [query, key, value] = tf.split(projected, 3, 2) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
  const drops = attentionDropout > 0 && context.training;
  const attended = attention(query, key, value, {
    numHeads,
    ...(drops ? { dropout: { rate: attentionDropout, key: context.nextKey()! } } : {}),
  });
  const mixed = dense(own.at('out_proj'), attended, channels);
  context.record?.(`${name}.self_attention`, mixed);
  const y = x.add<tf.Tensor3D>(context.dropout(mixed, dropout));
  const wide = gelu(dense(scope.at('mlp.0'), norm(scope.at('ln_2'), y, NORM), mlpChannels)) as tf.Tensor3D;
  const narrow = dense(scope.at('mlp.3'), context.dropout(wide, dropout), channels);
  const z = y.add<tf.Tensor3D>(context.dropout(narrow, dropout));
  context.record?.(name, z);
  return z;
}

/** What is classified: the class token, or a linear layer of it. */
function represent(scope: Scope, token: tf.Tensor2D, { representationChannels }: ViTConfig): tf.Tensor2D {
  if (representationChannels === undefined) return token;
  return dense(scope.at('heads.pre_logits'), token, representationChannels).tanh();
}

import type * as tf from '@tensorflow/tfjs';
import {
  convolution,
  dense,
  intermediateRecorder,
  type Model,
  ModelError,
  type RunOptions,
  runContext,
  selfAttend,
} from 'perceiver-core';
import { pixelFeatures } from '../pixels/pixel-features.js';
import type { PicturesConfig, PixelsInputs, PixelsOutputs } from '../pixels/pixels-input.js';

/** A Transformer whose tokens are single pixels. */
export interface PixelTransformerConfig extends PicturesConfig {
  readonly channels: number;
  readonly numLayers: number;
  readonly numHeads: number;
  /** Channels between the two linear layers of an MLP, as a multiple of `channels`; 1 by default, as in the Perceiver. */
  readonly wideningFactor?: number;
}

export type PixelTransformer = Model<PixelTransformerConfig, PixelsInputs, RunOptions, PixelsOutputs>;

/**
 * The Perceiver's latent Transformer on the pixels themselves: a 1x1 convolution to `channels`, self-attends, the average of the pixels, a linear layer
 * (Perceiver, section 4.1). Parameters: `projection`, `self_attends.i` with the Perceiver's names, `classifier`.
 *
 * @throws ModelError unless heads share the channels evenly
 */
export function pixelTransformer(config: PixelTransformerConfig): PixelTransformer {
  const { imageSize, colours = 3, channels, numLayers, numHeads, wideningFactor, numLabels } = config;
  if (channels % numHeads !== 0) {
    throw new ModelError(
      `Transformer: expected channels divisible by heads, got ${channels} channels and ${numHeads} heads`,
    );
  }
  return {
    config,
    exampleInputs: (batch = 1) => ({ pixels: { shape: [batch, ...imageSize, colours], dtype: 'float32' } }),
    apply: (scope, { pixels }, options = {}) => {
      const recorder = intermediateRecorder(options);
      const context = runContext(options, recorder.record);
      const [batch, height, width] = pixels.shape;
      const projected = convolution(scope.at('projection'), pixelFeatures(pixels, config), channels, { kernel: 1 });
      let x = projected.reshape<tf.Tensor3D>([batch, height * width, channels]);
      for (let layer = 0; layer < numLayers; layer++) {
        const layerOptions = { numHeads, qkChannels: channels, wideningFactor, context, recordAs: 'attentions' };
        x = selfAttend(scope.at(`self_attends.${layer}`), x, layerOptions);
      }
      const logits = dense(scope.at('classifier'), x.mean<tf.Tensor2D>(1), numLabels);
      return { logits, ...recorder.result() };
    },
  };
}

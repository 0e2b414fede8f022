import * as tf from '@tensorflow/tfjs';
import {
  type BufferUpdate,
  type ConvolutionInput,
  dense,
  intermediateRecorder,
  type Model,
  ModelError,
  normedConvolution,
  type RunContext,
  type RunOptions,
  runContext,
  type Scope,
} from 'perceiver-core';
import { pixelFeatures } from '../pixels/pixel-features.js';
import type { PixelsInputs, PixelsOutputs } from '../pixels/pixels-input.js';
import type { ResNetConfig } from './resnet-config.js';

/** Channels that a bottleneck block gives, as a multiple of its inner ones. */
const EXPANSION = 4;

export type ResNet = Model<ResNetConfig, PixelsInputs, RunOptions, PixelsOutputs>;

/** What all layers of one run share. */
interface Run {
  readonly context: RunContext;
  readonly update: BufferUpdate;
}

/**
 * A residual network of bottleneck blocks, in the variant that strides in the 3x3 convolution (v1.5), with the names of torchvision's
 * checkpoints (He et al., 2016; PARITY-baselines, section 2).
 */
export function resNet(config: ResNetConfig): ResNet {
  const { blocks, colours = 3, imageSize, numLabels, stemChannels = 64 } = config;
  const { planes = blocks.map((_, stage) => 64 * 2 ** stage) } = config;
  if (planes.length !== blocks.length) {
    throw new ModelError(`ResNet: expected planes for ${blocks.length} stages, got ${planes.length}`);
  }
  return {
    config,
    exampleInputs: (batch = 1) => ({ pixels: { shape: [batch, ...imageSize, colours], dtype: 'float32' } }),
    apply: (scope, { pixels }, options = {}) => {
      const recorder = intermediateRecorder(options);
      const context = runContext(options, recorder.record);
      const buffers: Record<string, tf.Tensor> = {};
      const update: BufferUpdate = (name, value) => {
        buffers[name] = value;
      };
      const run = { context, update };
      let x = stem(scope, pixelFeatures(pixels, config), stemChannels, run);
      blocks.forEach((count, stage) => {
        for (let block = 0; block < count; block++) {
          const stride = stage > 0 && block === 0 ? 2 : 1;
          x = bottleneck(scope.at(`layer${stage + 1}.${block}`), x, { planes: planes[stage]!, stride }, run);
        }
        context.record?.(`layer${stage + 1}`, x);
      });
      const pooled = x.mean<tf.Tensor2D>([1, 2]);
      context.record?.('pooled', pooled);
      const logits = dense(scope.at('fc'), pooled, numLabels);
      return { logits, ...recorder.result(), ...(context.training ? { buffers } : {}) };
    },
  };
}

/** 7x7 convolution and 3x3 max-pool, both with stride 2: a quarter of the height and width. */
function stem(scope: Scope, x: ConvolutionInput, channels: number, run: Run): tf.Tensor4D {
  const [convolution, norm] = [scope.at('conv1'), scope.at('bn1')];
  const y = normedConvolution(x, channels, { ...run, convolution, norm, kernel: 7, stride: 2, activation: 'relu' });
  const pooled = tf.maxPool(y, 3, 2, 1);
  run.context.record?.('maxpool', pooled);
  return pooled;
}

/** 1x1, 3x3 and 1x1 convolutions, added to the input or to a 1x1 convolution of it where sizes change. */
function bottleneck(
  scope: Scope,
  x: tf.Tensor4D,
  { planes, stride }: { readonly planes: number; readonly stride: number },
  run: Run,
): tf.Tensor4D {
  const channels = EXPANSION * planes;
  const layer = (y: tf.Tensor4D, number: number, outChannels: number, kernel: number, step = 1) =>
    normedConvolution(y, outChannels, {
      ...run,
      convolution: scope.at(`conv${number}`),
      norm: scope.at(`bn${number}`),
      kernel,
      stride: step,
      activation: number < 3 ? 'relu' : undefined,
    });
  const y = layer(layer(layer(x, 1, planes, 1), 2, planes, 3, stride), 3, channels, 1);
  const changes = stride !== 1 || x.shape[3] !== channels;
  const shortcut = changes
    ? normedConvolution(x, channels, {
        ...run,
        convolution: scope.at('downsample.0'),
        norm: scope.at('downsample.1'),
        kernel: 1,
        stride,
      })
    : x;
  return y.add<tf.Tensor4D>(shortcut).relu();
}

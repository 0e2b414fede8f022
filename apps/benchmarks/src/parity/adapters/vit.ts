import type * as tf from '@tensorflow/tfjs';
import { type ViTConfig, viT } from 'perceiver-baselines';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel } from '../check-model.js';
import { channelsLast } from './channels.js';

interface StoredConfig {
  readonly image_size: number;
  readonly patch_size: number;
  readonly num_layers: number;
  readonly num_heads: number;
  readonly hidden_dim: number;
  readonly mlp_dim: number;
  readonly num_classes: number;
  readonly representation_size?: number | null;
}

function configOf(stored: StoredConfig): ViTConfig {
  return {
    imageSize: [stored.image_size, stored.image_size],
    patchSize: stored.patch_size,
    hiddenChannels: stored.hidden_dim,
    numLayers: stored.num_layers,
    numHeads: stored.num_heads,
    mlpChannels: stored.mlp_dim,
    numLabels: stored.num_classes,
    ...(stored.representation_size == null ? {} : { representationChannels: stored.representation_size }),
  };
}

/** torchvision's Vision Transformer. */
export const viTAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.library === 'torchvision' && meta.class === 'VisionTransformer',
  check: (fixture, options) =>
    checkModel(
      fixture,
      {
        model: viT(configOf(fixture.config as StoredConfig)) as AnyModel,
        inputsOf: (_case, tensor) => ({ pixels: channelsLast(tensor('pixel_values')!) }),
        loss: ({ logits }, labels) => softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D),
      },
      options,
    ),
};

import * as tf from '@tensorflow/tfjs';
import { pixelFeatures, type ResNetConfig, resNet } from 'perceiver-baselines';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, type ModelCase } from '../check-model.js';
import { checkTraining } from '../check-training.js';
import { OUTPUT_LIMIT, type ParityRow, relativeDifference, toHost } from '../compare.js';
import type { Fixture } from '../fixture.js';
import { channelsFirst, channelsLast } from './channels.js';

/** Float32 rounds more with a batch's own statistics (PARITY-baselines, section 9). */
const TRAINING_LIMITS = { outputs: 5e-5, gradients: 3e-4 };

interface StoredConfig {
  readonly layers: readonly number[];
  readonly stem: number;
  readonly planes: readonly number[];
  readonly num_classes: number;
  readonly in_channels: number;
}

function configOf({ config, meta }: Fixture): ResNetConfig {
  const { layers, stem, planes, num_classes } = config as StoredConfig;
  const { height, width, num_bands } = meta.input_spec as { height: number; width: number; num_bands?: number };
  const imageSize = [height, width] as const;
  return {
    blocks: layers,
    stemChannels: stem,
    planes,
    numLabels: num_classes,
    imageSize,
    ...(num_bands === undefined ? {} : { fourier: { numBands: num_bands, maxResolution: imageSize } }),
  };
}

/** The position features that the reference was given, against those that the model makes itself. */
async function checkFeatures(fixture: Fixture, config: ResNetConfig): Promise<ParityRow[]> {
  const stored = (await fixture.read('inputs.safetensors')).position_features;
  if (stored === undefined) return [];
  const [height, width] = config.imageSize;
  const parts = pixelFeatures(tf.zeros([1, height, width, 3]), config);
  if (parts instanceof tf.Tensor) throw new Error(`${fixture.name}: the model has no position features`);
  const [, features] = parts;
  const difference = relativeDifference(await toHost(channelsFirst(features!).squeeze([0])), stored);
  return [{ group: 'position features', count: 1, difference, worst: 'position_features', limit: OUTPUT_LIMIT }];
}

/** torchvision's ResNet of bottleneck blocks, on pixels or on pixels with Fourier features. */
export const resNetAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.library === 'torchvision' && meta.class === 'ResNet',
  check: async (fixture, options) => {
    const config = configOf(fixture);
    const setup: ModelCase = {
      model: resNet(config) as AnyModel,
      inputsOf: (_case, tensor) => ({ pixels: channelsLast(tensor('pixel_values')!) }),
      loss: ({ logits }, labels) => softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D),
      toStored: (tensor) => (tensor.rank === 4 ? channelsFirst(tensor) : tensor),
    };
    const rows = [...(await checkFeatures(fixture, config)), ...(await checkModel(fixture, setup, options))];
    if (!options.gradients) return rows;
    return [...rows, ...(await checkTraining(fixture, setup, TRAINING_LIMITS))];
  },
};

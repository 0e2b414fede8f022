import {
  type FourierPixelsConfig,
  type ResNetConfig,
  resNet,
  resNetPresets,
  type ViTConfig,
  viT,
  viTPresets,
} from 'perceiver-baselines';
import { type Declarable, ModelError } from 'perceiver-core';
import type { PictureModel } from '../predict/picture-classifier.js';
import type { ImageProcessorOptions } from '../preprocess/image-processor.js';
import { usualLabels } from './description.js';

interface Described {
  readonly labels: readonly string[];
  readonly processor: ImageProcessorOptions;
}

/** A classifier that the papers compare with. */
export type BaselineDescription =
  | (Described & { readonly architecture: 'resnet'; readonly model: ResNetConfig })
  | (Described & { readonly architecture: 'vit'; readonly model: ViTConfig });

type Baseline = Pick<BaselineDescription, 'architecture' | 'model'>;

/** Baselines by name. */
export const baselinePresets = {
  resnet50: { architecture: 'resnet', model: resNetPresets.resnet50 },
  'resnet50-fourier': { architecture: 'resnet', model: resNetPresets['resnet50-fourier'] },
  'vit-b-16': { architecture: 'vit', model: viTPresets['vit-b-16'] },
  'vit-b-16-fourier': { architecture: 'vit', model: viTPresets['vit-b-16-fourier'] },
} as const satisfies Record<string, Baseline>;

export type BaselinePreset = keyof typeof baselinePresets;

/** Short side before the crop, as a multiple of the crop: 256 for 224, as torchvision evaluates. */
const SHORT_SIDE = 256 / 224;

/** A baseline with the usual names of classes and torchvision's preprocessing. */
export function describeBaseline(baseline: Baseline, labels?: readonly string[]): BaselineDescription {
  const { imageSize, numLabels } = baseline.model;
  const shortSide = Math.round(SHORT_SIDE * Math.min(...imageSize));
  const processor: ImageProcessorOptions = { size: imageSize, shortSide, filter: 'bilinear' };
  return { ...baseline, labels: labels ?? usualLabels(numLabels), processor } as BaselineDescription;
}

/** The model that a description says. */
export function buildBaseline({ architecture, model }: Baseline): PictureModel & Declarable<never> {
  return architecture === 'resnet' ? resNet(model as ResNetConfig) : viT(model as ViTConfig);
}

/** Whether a configuration is of torchvision's models, as checkpoints without one get it from their names and shapes. */
export function isBaselineConfig(json: unknown): json is Record<string, unknown> {
  const type = (json as { model_type?: unknown } | null)?.model_type;
  return type === 'torchvision-resnet' || type === 'torchvision-vit';
}

/**
 * Reads the configuration of a torchvision model: sizes, and names of classes in `labels`. Input channels beyond colours are Fourier
 * features of positions.
 *
 * @throws ModelError
 */
export function parseBaselineConfig(json: Record<string, unknown>): BaselineDescription {
  const whole = (name: string): number => {
    const value = json[name];
    if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
    throw new ModelError(`config.json: expected a whole number from 1 in ${name}, got ${JSON.stringify(value)}`);
  };
  const wholes = (name: string): number[] => {
    const value = json[name];
    if (Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 1)) return value;
    throw new ModelError(`config.json: expected whole numbers from 1 in ${name}, got ${JSON.stringify(value)}`);
  };
  const numLabels = whole('num_classes');
  const labels = Array.isArray(json.labels) && json.labels.length === numLabels ? json.labels.map(String) : undefined;
  if (json.model_type === 'torchvision-resnet') {
    const imageSize = [224, 224] as const;
    const model = {
      imageSize,
      blocks: wholes('blocks'),
      planes: wholes('planes'),
      stemChannels: whole('stem_channels'),
      numLabels,
      ...inputOf(whole('in_channels'), imageSize),
    };
    return describeBaseline({ architecture: 'resnet', model }, labels);
  }
  const imageSize = [whole('image_size'), whole('image_size')] as const;
  const model = {
    imageSize,
    patchSize: whole('patch_size'),
    hiddenChannels: whole('hidden_dim'),
    numLayers: whole('num_layers'),
    numHeads: whole('num_heads'),
    mlpChannels: whole('mlp_dim'),
    ...(json.representation_size === undefined ? {} : { representationChannels: whole('representation_size') }),
    numLabels,
    ...inputOf(whole('in_channels'), imageSize),
  };
  return describeBaseline({ architecture: 'vit', model }, labels);
}

/** Colours, or three of them with `2 (2 bands + 1)` position features. */
function inputOf(
  channels: number,
  maxResolution: readonly [number, number],
): { readonly colours?: number; readonly fourier?: FourierPixelsConfig } {
  if (channels === 1 || channels === 3) return { colours: channels };
  const numBands = (channels - 3 - 2) / 4;
  if (Number.isInteger(numBands) && numBands >= 1) return { fourier: { numBands, maxResolution } };
  throw new ModelError(
    `in_channels: expected 1 or 3 colours, or 3 with Fourier features (3 + 2 (2 bands + 1)), got ${channels}`,
  );
}

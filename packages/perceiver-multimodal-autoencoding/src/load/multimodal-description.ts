import { hubEncoderFields } from 'perceiver-core';
import { labelNames } from '../labels/label-names.js';
import {
  type MultimodalArchitecture,
  type MultimodalAutoencoderConfig,
  multimodalConfigFromHub,
  releasedMultimodalArchitecture,
} from '../model/multimodal-config.js';

/** What a model's `config.json` says. */
export interface MultimodalDescription {
  readonly config: MultimodalAutoencoderConfig;
  /** `[numLabels]` */
  readonly labels: readonly string[];
}

/** Names in `config.json` of what Hugging Face's class has in its code. */
const ARCHITECTURE_FIELDS: Readonly<Record<keyof MultimodalArchitecture, string>> = {
  audioBands: 'audio_num_bands',
  imageBands: 'image_num_bands',
  imagePatchSize: 'image_patch_size',
  inputMinPadding: 'input_min_padding',
  queryMinPadding: 'query_min_padding',
};
const keys = Object.keys(ARCHITECTURE_FIELDS) as (keyof MultimodalArchitecture)[];

/** Reads the `config.json` of an autoencoder: Hugging Face's, or one of {@link multimodalConfigText}. Throws ModelError. */
export function parseMultimodalDescription(json: unknown): MultimodalDescription {
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const own = keys.flatMap((key) => {
    const value = fields[ARCHITECTURE_FIELDS[key]];
    return typeof value === 'number' ? [[key, value]] : [];
  });
  const config = multimodalConfigFromHub(json, { ...releasedMultimodalArchitecture, ...Object.fromEntries(own) });
  return { config, labels: labelNames(fields.id2label, config.numLabels) };
}

/** Text of a `config.json`, which Hugging Face's PerceiverForMultimodalAutoencoding reads too if the sizes it has in its code are the released ones. */
export function multimodalConfigText({ config, labels }: MultimodalDescription): string {
  const json = {
    ...hubEncoderFields(config.encoder),
    architectures: ['PerceiverForMultimodalAutoencoding'],
    num_frames: config.numFrames,
    image_size: config.imageResolution,
    output_shape: [1, config.numFrames, config.height, config.width],
    audio_samples_per_frame: config.audioSamplesPerFrame,
    samples_per_patch: config.samplesPerPatch,
    output_num_channels: config.outputChannels,
    _label_trainable_num_channels: config.labelQueryChannels,
    id2label: Object.fromEntries(labels.map((label, i) => [i, label])),
    label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
    ...Object.fromEntries(keys.map((key) => [ARCHITECTURE_FIELDS[key], config[key]])),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

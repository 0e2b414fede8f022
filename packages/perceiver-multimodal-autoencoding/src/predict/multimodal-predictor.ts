import * as tf from '@tensorflow/tfjs';
import type { AudioClip, VideoClip } from 'perceiver-audio-video';
import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { declareParameters, initializeParameters } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { peakSignalToNoise } from 'perceiver-metrics';
import { kinetics700Labels, labelNames } from '../labels/label-names.js';
import { type MultimodalDescription, parseMultimodalDescription } from '../load/multimodal-description.js';
import { multimodalAutoencoder } from '../model/multimodal-autoencoder.js';
import type { MultimodalAutoencoderConfig } from '../model/multimodal-config.js';

import { clipShape } from './clip-shape.js';
import { type Compression, compressionOf } from './compression.js';
import { decodeClip } from './decode-clip.js';
import { encodeClip } from './encode-clip.js';
import { type Clip, type ClipSource, type ReadClipOptions, readClipSource } from './read-clip-source.js';

type Tensors = Record<string, tf.Tensor>;

export interface ReconstructOptions extends ReadClipOptions {
  /** Output points at a time; 6,272 by default. Memory grows with it, the result does not depend on it. */
  readonly chunkSize?: number;
  /** Called after each piece with the points that are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A label and how probable it is. */
export interface LabelProbability {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
}

/** What came back from the latents. */
export interface Reconstruction {
  /** What the model saw and heard; silence where there was no sound. */
  readonly original: { readonly video: VideoClip; readonly audio: AudioClip };
  readonly video: VideoClip;
  readonly audio: AudioClip;
  /** All labels, the most probable first. The model never saw one: the autoencoder classifies. */
  readonly labels: readonly LabelProbability[];
  /** Decibels, of values limited to their range as in the files that are written; no `audio` where there was no sound. */
  readonly psnr: { readonly video: number; readonly audio?: number };
  readonly compression: Compression;
}

/** An autoencoder with its weights. */
export interface MultimodalPredictor {
  readonly description: MultimodalDescription;
  /**
   * Squeezes a clip into latents and gives it back.
   *
   * @throws MediaFileError, ImageFileError, FfmpegNotFoundError, ModelError, or the reason of `signal`
   */
  reconstruct(source: ClipSource, options?: ReconstructOptions): Promise<Reconstruction>;
  dispose(): Promise<void>;
}

const limited = (values: Float32Array, low: number, high: number): Float32Array =>
  values.map((value) => Math.min(Math.max(value, low), high));

function labelProbabilities(logits: Float32Array, labels: readonly string[]): LabelProbability[] {
  const top = Math.max(...logits);
  const shares = Array.from(logits, (logit) => Math.exp(logit - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares
    .map((share, index) => ({ index, label: labels[index]!, probability: share / total }))
    .sort((a, b) => b.probability - a.probability);
}

/** Makes a predictor from a description and parameters, which it takes over. */
export function multimodalPredictor(description: MultimodalDescription, parameters: Tensors): MultimodalPredictor {
  const { config, labels } = description;
  const shape = clipShape(config);
  const inputChannels = parameters['perceiver.input_preprocessor.mask.label']!.size;
  return {
    description,
    async reconstruct(source, options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      const clip: Clip = await readClipSource(source, shape, options);
      const sound = clip.audio?.data ?? new Float32Array(shape.samples);
      // Pixels 0 to 1 and samples -1 to 1, as DeepMind's own example feeds the released model.
      const given = { video: Float32Array.from(clip.video.data, (value) => value / 255), audio: sound };
      const latents = await encodeClip(config, parameters, given, options);
      try {
        const decoded = await decodeClip(config, parameters, latents, options);
        const video = limited(decoded.video, 0, 1);
        const audio = limited(decoded.audio, -1, 1);
        const { sampleRate } = shape;
        return {
          original: { video: clip.video, audio: { sampleRate, channels: 1, data: sound } },
          video: { ...clip.video, data: Uint8Array.from(video, (value) => Math.round(255 * value)) },
          audio: { sampleRate, channels: 1, data: audio },
          labels: labelProbabilities(decoded.labelLogits, labels),
          psnr: {
            video: peakSignalToNoise(video, given.video, 1),
            ...(clip.audio && { audio: peakSignalToNoise(audio, sound, 2) }),
          },
          compression: compressionOf(config, inputChannels),
        };
      } finally {
        latents.dispose();
      }
    },
    async dispose() {
      tf.dispose(parameters);
    },
  };
}

/** Opens autoencoders of video, sound and label. */
export const MultimodalAutoencoder = {
  /**
   * Opens a model by its name on the Hugging Face hub (`deepmind/multimodal-perceiver`), or by the path of a file, a folder or a
   * training run.
   *
   * @throws CheckpointError and its kinds, ModelError
   */
  async fromPretrained(idOrPath: string, options: LoadPretrainedOptions = {}): Promise<MultimodalPredictor> {
    const kind = {
      parseConfig: parseMultimodalDescription,
      build: ({ config }: MultimodalDescription) => multimodalAutoencoder(config),
    };
    const { config: description, parameters } = await openModel(idOrPath, kind, options);
    return multimodalPredictor(description, parameters);
  },

  /** A model of random weights: what it gives back is noise, but it takes the time and memory of a trained one. */
  fromRandomWeights(config: MultimodalAutoencoderConfig, seed: number): MultimodalPredictor {
    const parameters = initializeParameters(declareParameters(multimodalAutoencoder(config)), seed);
    const labels = config.numLabels === 700 ? kinetics700Labels() : labelNames(undefined, config.numLabels);
    return multimodalPredictor({ config, labels }, parameters);
  },
};

import * as tf from '@tensorflow/tfjs';
import type { AudioClip, VideoClip } from 'perceiver-audio-video';
import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { declareParameters, initializeParameters } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { meanSquaredError } from 'perceiver-metrics';
import { kinetics700Labels, labelNames } from '../labels/label-names.js';
import { type MultimodalDescription, parseMultimodalDescription } from '../load/multimodal-description.js';
import { multimodalAutoencoder } from '../model/multimodal-autoencoder.js';
import type { MultimodalAutoencoderConfig } from '../model/multimodal-config.js';
import { clipDecoder, type DecodeClipOptions, type DecodedClip } from './clip-decoder.js';
import { clipEncoder } from './clip-encoder.js';
import { clipShape } from './clip-shape.js';
import { type Compression, compressionOf } from './compression.js';
import { type Psnr, psnrOf } from './psnr.js';
import { type ClipSource, type ReadClipOptions, readClipSource } from './read-clip-source.js';

type Tensors = Record<string, tf.Tensor>;

export interface ReconstructOptions extends ReadClipOptions, Pick<DecodeClipOptions, 'chunkSize' | 'onProgress'> {}

/** A label and how probable it is. */
export interface LabelProbability {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
}

/** What a model made of one window: the frames that it takes at a time. */
export interface ReconstructedWindow {
  /** Its first frame. */
  readonly frame: number;
  /** All labels, the most probable first. */
  readonly labels: readonly LabelProbability[];
  readonly psnr: Psnr;
}

/** What came back from the latents, the windows one after the other. */
export interface Reconstruction {
  /** What the model saw and heard; silence where there was no sound. */
  readonly original: { readonly video: VideoClip; readonly audio: AudioClip };
  readonly video: VideoClip;
  readonly audio: AudioClip;
  /**
   * All labels, the most probable first, with the mean of their probabilities in the windows. The model never saw one: the autoencoder
   * classifies.
   */
  readonly labels: readonly LabelProbability[];
  /** Over the whole clip. */
  readonly psnr: Psnr;
  /** The same for each window. */
  readonly compression: Compression;
  readonly windows: readonly ReconstructedWindow[];
  /** Frames at the end of the source that did not fill a window and are left out. */
  readonly leftOut: number;
}

/** An autoencoder with its weights. */
export interface MultimodalPredictor {
  readonly description: MultimodalDescription;
  /**
   * Squeezes a clip into latents and gives it back. A clip longer than what the model takes at a time is cut into windows, which follow
   * each other and know nothing of each other.
   *
   * @throws MediaFileError, ImageFileError, FfmpegNotFoundError, ModelError, or the reason of `signal`
   */
  reconstruct(source: ClipSource, options?: ReconstructOptions): Promise<Reconstruction>;
  dispose(): Promise<void>;
}

const limited = (values: Float32Array, low: number, high: number): Float32Array =>
  values.map((value) => Math.min(Math.max(value, low), high));

function probabilitiesOf(logits: Float32Array): Float64Array {
  const top = logits.reduce((a, b) => Math.max(a, b));
  const shares = Float64Array.from(logits, (logit) => Math.exp(logit - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

const ranked = (probabilities: Float64Array, labels: readonly string[]): LabelProbability[] =>
  Array.from(probabilities, (probability, index) => ({ index, label: labels[index]!, probability })).sort(
    (a, b) => b.probability - a.probability,
  );

/** Makes a predictor from a description and parameters, which it takes over. */
export function multimodalPredictor(description: MultimodalDescription, parameters: Tensors): MultimodalPredictor {
  const { config, labels } = description;
  const shape = clipShape(config);
  const inputChannels = parameters['perceiver.input_preprocessor.mask.label']!.size;
  const encode = clipEncoder(config, parameters);
  const decode = clipDecoder(config, parameters);

  const through = async (
    given: { readonly video: Float32Array; readonly audio: Float32Array },
    options: DecodeClipOptions,
  ): Promise<DecodedClip> => {
    const latents = await encode(given, options);
    try {
      const { video, audio, labelLogits } = await decode(latents, options);
      return { labelLogits, video: limited(video, 0, 1), audio: limited(audio, -1, 1) };
    } finally {
      latents.dispose();
    }
  };

  return {
    description,
    async reconstruct(source, options = {}) {
      const { signal, chunkSize, onProgress } = options;
      signal?.throwIfAborted();
      const clip = await readClipSource(source, shape, options);
      const { sampleRate, frames, samples } = shape;
      const count = clip.video.frames / frames;
      const numbers = clip.video.data.length / count;
      const sound = clip.audio?.data ?? new Float32Array(count * samples);
      const video = new Uint8Array(clip.video.data.length);
      const audio = new Float32Array(sound.length);
      const errors: { video: number; audio?: number }[] = [];
      const windows: ReconstructedWindow[] = [];
      const means = new Float64Array(labels.length);
      for (let index = 0; index < count; index++) {
        const pictures = clip.video.data.subarray(index * numbers, (index + 1) * numbers);
        const given = {
          // Pixels 0 to 1 and samples -1 to 1, as DeepMind's own example feeds the released model.
          video: Float32Array.from(pictures, (value) => value / 255),
          audio: sound.slice(index * samples, (index + 1) * samples),
        };
        const made = await through(given, {
          chunkSize,
          signal,
          onProgress: (done, total) => onProgress?.(index * total + done, count * total),
        });
        for (let i = 0; i < numbers; i++) video[index * numbers + i] = Math.round(255 * made.video[i]!);
        audio.set(made.audio, index * samples);
        const error = {
          video: meanSquaredError(made.video, given.video),
          ...(clip.audio && { audio: meanSquaredError(made.audio, given.audio) }),
        };
        const probabilities = probabilitiesOf(made.labelLogits);
        probabilities.forEach((probability, label) => {
          means[label]! += probability / count;
        });
        errors.push(error);
        windows.push({ frame: index * frames, labels: ranked(probabilities, labels), psnr: psnrOf([error]) });
      }
      return {
        original: { video: clip.video, audio: { sampleRate, channels: 1, data: sound } },
        video: { ...clip.video, data: video },
        audio: { sampleRate, channels: 1, data: audio },
        labels: ranked(means, labels),
        psnr: psnrOf(errors),
        compression: compressionOf(config, inputChannels),
        windows,
        leftOut: clip.leftOut,
      };
    },
    async dispose() {
      await Promise.all([encode.dispose(), decode.dispose()]);
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
      architectures: ['PerceiverForMultimodalAutoencoding'],
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

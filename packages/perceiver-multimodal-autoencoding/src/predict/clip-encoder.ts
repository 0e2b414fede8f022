import * as tf from '@tensorflow/tfjs';
import { chunkedEncoder, type PaddedRows } from 'perceiver-core';
import { positionOptions } from '../model/multimodal-autoencoder.js';
import { audioPatches, type MultimodalAutoencoderConfig } from '../model/multimodal-config.js';
import { spaceToDepth } from '../preprocess/space-to-depth.js';
import { positionRows, trainedRow } from './position-rows.js';

type Tensors = Record<string, tf.Tensor>;

/** A clip as the model takes it. */
export interface ModelClip {
  /** `[T, H, W, 3]`, 0 to 1. */
  readonly video: Float32Array;
  /** `[S]`, -1 to 1. */
  readonly audio: Float32Array;
}

/** Encodes clips; what is compiled for the first serves all. */
export interface ClipEncoder {
  /** Latents `[1, N, D]` of one clip, its label hidden; the same numbers as the model's, piece by piece. The caller disposes them. */
  (clip: ModelClip, options?: { readonly signal?: AbortSignal }): Promise<tf.Tensor3D>;
  /** Releases compiled graphs, not the parameters. */
  dispose(): Promise<void>;
}

/** An encoder with its parameters, which stay the caller's. */
export function clipEncoder(config: MultimodalAutoencoderConfig, parameters: Readonly<Tensors>): ClipEncoder {
  const { numFrames, height, width, samplesPerPatch, imagePatchSize: patch } = config;
  const positions = positionOptions(config);
  const preprocessor = (name: string) => parameters[`perceiver.input_preprocessor.${name}`]!;
  const label = preprocessor('mask.label');
  const rule = 'end-inclusive';
  const grids = {
    audio: positionRows([audioPatches(config)], { ...positions.audio, rule }),
    image: positionRows([numFrames, height / patch, width / patch], { ...positions.image, rule }),
  };
  const encode = chunkedEncoder('perceiver', config.encoder, { inputChannels: label.size });

  const run = async (clip: ModelClip, { signal }: { readonly signal?: AbortSignal } = {}): Promise<tf.Tensor3D> => {
    const values = {
      audio: tf.tensor2d(clip.audio, [audioPatches(config), samplesPerPatch]),
      image: tf.tidy(() => {
        const patches = spaceToDepth(tf.tensor5d(clip.video, [1, numFrames, height, width, 3]), patch);
        return patches.reshape<tf.Tensor2D>([-1, patch * patch * 3]);
      }),
    };
    const rest = {
      audio: preprocessor('padding.audio').reshape<tf.Tensor1D>([-1]),
      image: preprocessor('padding.image').reshape<tf.Tensor1D>([-1]),
    };
    // The input array by modality: padding is the same in all rows of one, and the label is its mask token.
    const inputs: PaddedRows[] = [
      { rows: grids.audio.of(values.audio), rest: rest.audio },
      { rows: grids.image.of(values.image), rest: rest.image },
      { rows: trainedRow(label) },
    ];
    try {
      return await encode(parameters, inputs, { beforeChunk: () => signal?.throwIfAborted() });
    } finally {
      tf.dispose([values, rest]);
    }
  };
  const dispose = async (): Promise<void> => {
    await Promise.all([grids.audio.dispose(), grids.image.dispose(), encode.dispose()]);
  };
  return Object.assign(run, { dispose });
}

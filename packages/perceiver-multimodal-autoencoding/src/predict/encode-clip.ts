import * as tf from '@tensorflow/tfjs';
import {
  bindParameters,
  encodeLayerOptions,
  encoderSteps,
  foldedCrossAttend,
  initialLatents,
  processBlock,
  type RowSource,
} from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';
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

/** Latents `[1, N, D]` of one clip, its label hidden; the same numbers as the model's, piece by piece. The caller disposes them. */
export async function encodeClip(
  config: MultimodalAutoencoderConfig,
  parameters: Readonly<Tensors>,
  clip: ModelClip,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<tf.Tensor3D> {
  const { encoder } = config;
  const inputs = inputRows(config, parameters, clip);
  const process = jit(
    (weights: Tensors, latents: tf.Tensor3D, block: string) =>
      processBlock(bindParameters(weights).at(`perceiver.encoder.${block}`), latents, encoder),
    { name: 'process' },
  );
  let latents = initialLatents(bindParameters(parameters).at('perceiver.embeddings'), encoder);
  try {
    for (const { crossAttend, block } of encoderSteps(encoder)) {
      if (crossAttend !== undefined) {
        const path = `perceiver.encoder.${crossAttend}`;
        const options = {
          ...encodeLayerOptions(encoder, inputs.channels),
          beforeChunk: () => signal?.throwIfAborted(),
        };
        latents = replace(latents, await foldedCrossAttend(parameters, path, latents, inputs.stretches, options));
      }
      signal?.throwIfAborted();
      const weights = Object.entries(parameters).filter(([name]) => name.startsWith(`perceiver.encoder.${block}.`));
      latents = replace(latents, await process(Object.fromEntries(weights), latents, block));
    }
    return latents;
  } catch (error) {
    latents.dispose();
    throw error;
  } finally {
    await Promise.all([inputs.dispose(), process.dispose()]);
  }
}

function replace(old: tf.Tensor, next: tf.Tensor3D): tf.Tensor3D {
  old.dispose();
  return next;
}

/** The input array by modality: padding is the same in all rows of one, and the label is its mask token. */
function inputRows(config: MultimodalAutoencoderConfig, parameters: Readonly<Tensors>, clip: ModelClip) {
  const { numFrames, height, width, samplesPerPatch, imagePatchSize: patch } = config;
  const positions = positionOptions(config);
  const preprocessor = (name: string) => parameters[`perceiver.input_preprocessor.${name}`]!;
  const rule = 'end-inclusive';
  const sizes = { audio: [audioPatches(config)], image: [numFrames, height / patch, width / patch] };
  const values = {
    audio: tf.tensor2d(clip.audio, [audioPatches(config), samplesPerPatch]),
    image: tf.tidy(() => {
      const patches = spaceToDepth(tf.tensor5d(clip.video, [1, numFrames, height, width, 3]), patch);
      return patches.reshape<tf.Tensor2D>([-1, patch * patch * 3]);
    }),
  };
  const rows = {
    audio: positionRows(sizes.audio, { ...positions.audio, rule }, values.audio),
    image: positionRows(sizes.image, { ...positions.image, rule }, values.image),
  };
  const rest = {
    audio: preprocessor('padding.audio').reshape<tf.Tensor1D>([-1]),
    image: preprocessor('padding.image').reshape<tf.Tensor1D>([-1]),
  };
  const label: RowSource = trainedRow(preprocessor('mask.label'));
  return {
    channels: preprocessor('mask.label').size,
    stretches: [{ rows: rows.audio, rest: rest.audio }, { rows: rows.image, rest: rest.image }, { rows: label }],
    dispose: async () => {
      tf.dispose([values, rest]);
      await Promise.all([rows.audio.dispose(), rows.image.dispose()]);
    },
  };
}

import type * as tf from '@tensorflow/tfjs';
import { type DecoderConfig, foldedDecode, type RowSource } from 'perceiver-core';
import { multimodalParts, positionOptions } from '../model/multimodal-autoencoder.js';
import { audioPatches, type MultimodalAutoencoderConfig } from '../model/multimodal-config.js';
import { positionRows, trainedRow } from './position-rows.js';

type Tensors = Record<string, tf.Tensor>;

/** Raw outputs of one clip, not limited to the range of the inputs. */
export interface DecodedClip {
  /** `[T, H, W, 3]`, 0 to 1. */
  readonly video: Float32Array;
  /** `[S]`, -1 to 1. */
  readonly audio: Float32Array;
  /** `[numLabels]` */
  readonly labelLogits: Float32Array;
}

export interface DecodeClipOptions {
  /** Output points at a time; 6,272 by default, 128 pieces of the released model's video. */
  readonly chunkSize?: number;
  /** Called after each piece with the points that are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the work between two pieces, with its reason as the error. */
  readonly signal?: AbortSignal;
}

/** Decodes all points of one clip from its latents `[1, N, D]`. */
export async function decodeClip(
  config: MultimodalAutoencoderConfig,
  parameters: Readonly<Tensors>,
  latents: tf.Tensor3D,
  options: DecodeClipOptions = {},
): Promise<DecodedClip> {
  const { chunkSize = 6272, onProgress, signal } = options;
  const { decoder } = multimodalParts(config);
  const sizes = { audio: [audioPatches(config)], image: [config.numFrames, config.height, config.width] };
  const positions = positionOptions(config);
  const sources = {
    label: trainedRow(
      parameters['perceiver.decoder.modalities.label.decoder.output_position_encodings.position_embeddings']!,
    ),
    audio: positionRows(sizes.audio, { ...positions.audio, rule: 'query' }),
    image: positionRows(sizes.image, { ...positions.image, rule: 'query' }),
  };
  const total = Object.values(sources).reduce((sum, { length }) => sum + length, 0);
  let done = 0;
  const decodeModality = async (name: keyof typeof sources): Promise<Float32Array> => {
    const parts: Float32Array[] = [];
    for await (const { decoded, start, end } of decodedRows(
      parameters,
      name,
      sources[name],
      latents,
      decoder,
      chunkSize,
    )) {
      parts.push((await decoded.data()) as Float32Array);
      decoded.dispose();
      done += end - start;
      onProgress?.(done, total);
      signal?.throwIfAborted();
    }
    return joined(parts);
  };
  try {
    signal?.throwIfAborted();
    const labelLogits = await decodeModality('label');
    const audio = await decodeModality('audio');
    return { labelLogits, audio, video: await decodeModality('image') };
  } finally {
    await Promise.all([sources.audio.dispose(), sources.image.dispose()]);
  }
}

/** A modality's rows: its padding is the same in all of them, and its output layer joins the decoder's final one. */
async function* decodedRows(
  parameters: Readonly<Tensors>,
  name: string,
  source: RowSource,
  latents: tf.Tensor3D,
  decoder: DecoderConfig,
  chunkSize: number,
): ReturnType<typeof foldedDecode> {
  const classifier = `perceiver.output_postprocessor.modalities.${name}.classifier`;
  const rest = parameters[`perceiver.decoder.padding.${name}`]!.reshape<tf.Tensor1D>([-1]);
  const output = {
    weight: parameters[`${classifier}.weight`] as tf.Tensor2D,
    bias: parameters[`${classifier}.bias`] as tf.Tensor1D,
  };
  try {
    yield* foldedDecode(parameters, 'perceiver.decoder.decoder', source, latents, decoder, { chunkSize, rest, output });
  } finally {
    rest.dispose();
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

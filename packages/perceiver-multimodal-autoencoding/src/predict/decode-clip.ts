import type * as tf from '@tensorflow/tfjs';
import { type DecoderConfig, foldedDecode, ModelError, type RowSource } from 'perceiver-core';
import { multimodalParts, positionOptions } from '../model/multimodal-autoencoder.js';
import { audioPatches, type MultimodalAutoencoderConfig } from '../model/multimodal-config.js';
import { positionRows, trainedRow } from './position-rows.js';

type Tensors = Record<string, tf.Tensor>;

/** Raw outputs of one clip, not limited to the range of the inputs. */
export interface DecodedClip {
  /** `[T, H, W, 3]`, or of the points asked for `[points, 3]`; 0 to 1. */
  readonly video: Float32Array;
  /** `[S]`, or of the patches asked for `[patches * samplesPerPatch]`; -1 to 1. */
  readonly audio: Float32Array;
  /** `[numLabels]` */
  readonly labelLogits: Float32Array;
}

/** A stretch of output points, `[start, end)`. */
export type PointRange = readonly [start: number, end: number];

export interface DecodeClipOptions {
  /** What to decode, of pixels in the order (T, H, W) and of patches of sound; all by default. What is left out is left out of the result. */
  readonly points?: { readonly image?: PointRange; readonly audio?: PointRange };
  /** Output points at a time; 6,272 by default, 128 pieces of the released model's video. */
  readonly chunkSize?: number;
  /** Called after each piece with the points that are done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the work between two pieces, with its reason as the error. */
  readonly signal?: AbortSignal;
}

/** Decodes one clip from its latents `[1, N, D]`: its label, and all its points or those asked for. */
export async function decodeClip(
  config: MultimodalAutoencoderConfig,
  parameters: Readonly<Tensors>,
  latents: tf.Tensor3D,
  options: DecodeClipOptions = {},
): Promise<DecodedClip> {
  const { chunkSize = 6272, onProgress, signal, points = {} } = options;
  const { decoder } = multimodalParts(config);
  const sizes = { audio: [audioPatches(config)], image: [config.numFrames, config.height, config.width] };
  const positions = positionOptions(config);
  const grids = {
    audio: positionRows(sizes.audio, { ...positions.audio, rule: 'query' }),
    image: positionRows(sizes.image, { ...positions.image, rule: 'query' }),
  };
  const sources = {
    label: trainedRow(
      parameters['perceiver.decoder.modalities.label.decoder.output_position_encodings.position_embeddings']!,
    ),
    audio: rowsBetween(grids.audio, points.audio),
    image: rowsBetween(grids.image, points.image),
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
    await Promise.all([grids.audio.dispose(), grids.image.dispose()]);
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

/** A stretch of rows. Throws ModelError where it is not one. */
function rowsBetween(source: RowSource, [start, end]: PointRange = [0, source.length]): RowSource {
  if (!(start >= 0 && start <= end && end <= source.length)) {
    throw new ModelError(`points: expected a stretch within [0, ${source.length}), got [${start}, ${end})`);
  }
  return { length: end - start, rows: (from, to) => source.rows(start + from, start + to) };
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

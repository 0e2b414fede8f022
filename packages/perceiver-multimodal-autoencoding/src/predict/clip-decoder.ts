import type * as tf from '@tensorflow/tfjs';
import { concatenate } from 'perceiver-audio-video';
import { chunkedDecode, ModelError, type RowSource } from 'perceiver-core';
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

/** Decodes clips; what is compiled for the first serves all. */
export interface ClipDecoder {
  /** One clip from its latents `[1, N, D]`: its label, and all its points or those asked for. */
  (latents: tf.Tensor3D, options?: DecodeClipOptions): Promise<DecodedClip>;
  /** Releases compiled graphs, not the parameters. */
  dispose(): Promise<void>;
}

/** A decoder with its parameters, which stay the caller's. */
export function clipDecoder(config: MultimodalAutoencoderConfig, parameters: Readonly<Tensors>): ClipDecoder {
  const sizes = { audio: [audioPatches(config)], image: [config.numFrames, config.height, config.width] };
  const positions = positionOptions(config);
  const grids = {
    audio: positionRows(sizes.audio, { ...positions.audio, rule: 'query' }),
    image: positionRows(sizes.image, { ...positions.image, rule: 'query' }),
  };
  const label = trainedRow(
    parameters['perceiver.decoder.modalities.label.decoder.output_position_encodings.position_embeddings']!,
  );
  const decode = chunkedDecode('perceiver.decoder.decoder', multimodalParts(config).decoder);

  /** A modality's rows: its padding is the same in all of them, and its output layer joins the decoder's final one. */
  async function* decodedRows(
    name: string,
    rows: RowSource,
    latents: tf.Tensor3D,
    chunkSize: number,
  ): ReturnType<typeof decode> {
    const classifier = `perceiver.output_postprocessor.modalities.${name}.classifier`;
    const rest = parameters[`perceiver.decoder.padding.${name}`]!.reshape<tf.Tensor1D>([-1]);
    try {
      const output = {
        weight: parameters[`${classifier}.weight`] as tf.Tensor2D,
        bias: parameters[`${classifier}.bias`] as tf.Tensor1D,
      };
      yield* decode(parameters, { rows, rest }, latents, { chunkSize, output });
    } finally {
      rest.dispose();
    }
  }

  const run = async (
    latents: tf.Tensor3D,
    { chunkSize = 6272, onProgress, signal, points = {} }: DecodeClipOptions = {},
  ): Promise<DecodedClip> => {
    const sources = {
      label,
      audio: rowsBetween(grids.audio.of(), points.audio),
      image: rowsBetween(grids.image.of(), points.image),
    };
    const total = Object.values(sources).reduce((sum, { length }) => sum + length, 0);
    let done = 0;
    const decodeModality = async (name: keyof typeof sources): Promise<Float32Array> => {
      const parts: Float32Array[] = [];
      for await (const { decoded, start, end } of decodedRows(name, sources[name], latents, chunkSize)) {
        parts.push((await decoded.data()) as Float32Array);
        decoded.dispose();
        done += end - start;
        onProgress?.(done, total);
        signal?.throwIfAborted();
      }
      return concatenate(parts, Float32Array);
    };
    signal?.throwIfAborted();
    const labelLogits = await decodeModality('label');
    const audio = await decodeModality('audio');
    return { labelLogits, audio, video: await decodeModality('image') };
  };
  const dispose = async (): Promise<void> => {
    await Promise.all([grids.audio.dispose(), grids.image.dispose(), decode.dispose()]);
  };
  return Object.assign(run, { dispose });
}

/** A stretch of rows. Throws ModelError where it is not one. */
function rowsBetween(source: RowSource, [start, end]: PointRange = [0, source.length]): RowSource {
  if (!(start >= 0 && start <= end && end <= source.length)) {
    throw new ModelError(`points: expected a stretch within [0, ${source.length}), got [${start}, ${end})`);
  }
  return { length: end - start, rows: (from, to) => source.rows(start + from, start + to) };
}

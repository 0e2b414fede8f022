import type * as tf from '@tensorflow/tfjs';
import { jit } from 'tfjs-backend-onnxruntime';
import { type DecoderConfig, decode } from '../decoder.js';
import { bindParameters } from '../parameters/scope.js';
import { chunkBounds, parametersUnder, type RowSource } from './row-source.js';

/** Decoded rows `[start, end)` of the output. */
export interface DecodedChunk {
  readonly start: number;
  readonly end: number;
  /** `[B, end - start, E or finalChannels]`; the receiver disposes it. */
  readonly decoded: tf.Tensor3D;
}

/**
 * Decodes a query array of any length in chunks. Output rows do not see each other, so this gives the same numbers as `decode`, with
 * memory linear in the chunk.
 *
 * @param path the decoder's, such as `perceiver.decoder.decoder`
 * @param queries rows of the query array
 * @param latents `[B, N, D]`
 * @param chunkSize output rows at a time; 8,192 by default
 */
export async function* chunkedDecode(
  parameters: Readonly<Record<string, tf.Tensor>>,
  path: string,
  queries: RowSource,
  latents: tf.Tensor3D,
  config: DecoderConfig,
  { chunkSize = 8192 }: { chunkSize?: number } = {},
): AsyncGenerator<DecodedChunk> {
  const weights = parametersUnder(parameters, path);
  const used = Object.fromEntries(
    Object.entries(weights).filter(([name]) => /decoding_cross_attention|final_layer/.test(name)),
  );
  const step = jit(
    (bound: Record<string, tf.Tensor>, query: tf.Tensor3D, latents: tf.Tensor3D) =>
      decode(bindParameters(bound).at(path), query, latents, config),
    { name: 'chunkedDecode step' },
  );
  try {
    for (const [start, end] of chunkBounds(queries.length, chunkSize)) {
      const query = await queries.rows(start, end);
      const decoded = await step(used, query, latents);
      query.dispose();
      yield { start, end, decoded };
    }
  } finally {
    await step.dispose();
  }
}

import * as tf from '@tensorflow/tfjs';
import { jit } from 'tfjs-backend-onnxruntime';
import { type EncoderConfig, encodeLayerOptions, encoderSteps, processBlock } from '../encoder.js';
import { bindParameters } from '../parameters/scope.js';
import {
  type ChunkedCrossAttend,
  type ChunkedRunOptions,
  chunkedCrossAttend,
  type LongInput,
} from './chunked-cross-attend.js';
import { parametersUnder } from './row-source.js';

type Tensors = Readonly<Record<string, tf.Tensor>>;

export interface ChunkedEncoderOptions {
  /** Channels of the input array. */
  readonly inputChannels: number;
  /** Rows of the input array in memory at a time; 8,192 by default. */
  readonly chunkSize?: number;
}

/** An encoder over inputs of any length. */
export interface ChunkedEncoder {
  /**
   * @param parameters by full name; those of the encoder and the latents are used
   * @returns latents `[B, N, D]`; the caller disposes them
   */
  (parameters: Tensors, inputs: LongInput, options?: ChunkedRunOptions): Promise<tf.Tensor3D>;
  /** Releases compiled graphs. */
  dispose(): Promise<void>;
}

/**
 * Encode and process with the input array read in chunks: the same numbers as `encodeAndProcess`, memory linear in the chunk. What
 * is compiled serves all calls.
 *
 * @param path where encoder and latents are; `perceiver` in all checkpoints
 */
export function chunkedEncoder(path: string, config: EncoderConfig, options: ChunkedEncoderOptions): ChunkedEncoder {
  const { inputChannels, chunkSize } = options;
  const steps = encoderSteps(config);
  const attends = new Map<string, ChunkedCrossAttend>();
  for (const { crossAttend } of steps) {
    if (crossAttend === undefined || attends.has(crossAttend)) continue;
    const layer = { ...encodeLayerOptions(config, inputChannels), chunkSize };
    attends.set(crossAttend, chunkedCrossAttend(`${path}.encoder.${crossAttend}`, layer));
  }
  const process = jit(
    (weights: Record<string, tf.Tensor>, latents: tf.Tensor3D, block: string) =>
      processBlock(bindParameters(weights).at(block), latents, config),
    { name: 'chunkedEncoder block', planMemory: false },
  );
  const run = async (parameters: Tensors, inputs: LongInput, running: ChunkedRunOptions = {}): Promise<tf.Tensor3D> => {
    const trained = parameters[`${path}.embeddings.latents`] as tf.Tensor2D;
    let latents = tf.expandDims<tf.Tensor3D>(trained, 0);
    const replace = (next: tf.Tensor3D): void => {
      latents.dispose();
      latents = next;
    };
    try {
      for (const { crossAttend, block } of steps) {
        if (crossAttend !== undefined) replace(await attends.get(crossAttend)!(parameters, latents, inputs, running));
        running.beforeChunk?.();
        const under = `${path}.encoder.${block}`;
        replace(await process(parametersUnder(parameters, under), latents, under));
      }
      return latents;
    } catch (error) {
      latents.dispose();
      throw error;
    }
  };
  const dispose = async (): Promise<void> => {
    await Promise.all([process.dispose(), ...[...attends.values()].map((attend) => attend.dispose())]);
  };
  return Object.assign(run, { dispose });
}

import * as tf from '@tensorflow/tfjs';
import { jit, linear } from 'tfjs-backend-onnxruntime';
import { type DecoderConfig, decode } from '../decoder.js';
import { ModelError } from '../errors.js';
import { type FoldedAttended, outputsOf } from '../folded/fold-attended.js';
import { decoderFolder, isFoldable, type OutputLayer } from '../folded/fold-decoder.js';
import type { FoldPlan } from '../folded/fold-plan.js';
import { type FoldedScores, scoresOf } from '../folded/fold-scores.js';
import { bindParameters } from '../parameters/scope.js';
import { asPadded, chunkBounds, type PaddedRows, padRows, parametersUnder, type RowSource } from './row-source.js';

type Tensors = Record<string, tf.Tensor>;

export interface ChunkedDecodeOptions {
  /** What to multiply out; by default the least work, and `none` for decoders where that is not possible. */
  readonly plan?: FoldPlan | 'none';
}

/** What a call takes. */
export interface DecodeCallOptions {
  /** Output rows at a time; 2,048 by default. Their scores `[B, heads, chunkSize, N]` are in memory. */
  readonly chunkSize?: number;
  /** A linear layer after the decoder's final one. */
  readonly output?: OutputLayer;
}

/** Decoded rows `[start, end)` of the output. */
export interface DecodedChunk {
  readonly start: number;
  readonly end: number;
  /** `[B, end - start, E or outputs]`; the receiver disposes it. */
  readonly decoded: tf.Tensor3D;
}

/** A decoder over a query array of any length. */
export interface ChunkedDecode {
  /**
   * @param parameters by full name; those below the decoder's path are used
   * @param queries rows of the query array
   * @param latents `[B, N, D]`
   */
  (
    parameters: Readonly<Tensors>,
    queries: RowSource | PaddedRows,
    latents: tf.Tensor3D,
    options?: DecodeCallOptions,
  ): AsyncGenerator<DecodedChunk>;
  /** Releases compiled graphs and what was made of weights. */
  dispose(): Promise<void>;
}

/**
 * Decodes a query array of any length in chunks. Output rows do not see each other, so this gives the same numbers as `decode`, with
 * memory linear in the chunk. For inference. What is compiled serves all calls.
 *
 * A decoder of one head, with a final layer and without query residual, needs fewer multiplications a row: its products do not depend on
 * the row but for what attention and the activation do, so neighbouring ones are multiplied out once for all rows (`planFolds`): the
 * query weight with the keys, the values or the MLP's first layer with the product after attention, the MLP's second layer with all
 * linear layers that follow. Layer norms are linear up to a division by the deviation. A query's constant channels, such as padding,
 * cost nothing.
 *
 * @param path the decoder's, such as `perceiver.decoder.decoder`
 * @throws ModelError for a plan that the decoder does not allow
 */
export function chunkedDecode(path: string, config: DecoderConfig, { plan }: ChunkedDecodeOptions = {}): ChunkedDecode {
  const { activation = 'gelu' } = config;
  const folds = plan === undefined ? isFoldable(config) : plan !== 'none';
  if (folds && !isFoldable(config)) {
    throw new ModelError(
      `chunkedDecode: expected a decoder of one head with a final layer and without query residual for a plan, got ${JSON.stringify(config)}`,
    );
  }
  const folder = decoderFolder(path, config, plan === 'none' ? undefined : plan);
  const foldedStep = jit(
    (scores: FoldedScores, attended: FoldedAttended, rows: tf.Tensor3D) =>
      outputsOf(attended, tf.softmax(scoresOf(scores, rows)), activation),
    { name: 'chunkedDecode folded step', planMemory: false },
  );
  const plainStep = jit(
    (
      weights: Tensors,
      rows: tf.Tensor3D,
      rest: tf.Tensor1D | undefined,
      latents: tf.Tensor3D,
      output?: OutputLayer,
    ) => {
      const decoded = decode(bindParameters(weights).at(path), padRows(rows, rest), latents, config);
      return output === undefined ? decoded : (linear(decoded, output.weight, output.bias) as tf.Tensor3D);
    },
    { name: 'chunkedDecode step', planMemory: false },
  );

  async function* run(
    parameters: Readonly<Tensors>,
    queries: RowSource | PaddedRows,
    latents: tf.Tensor3D,
    { chunkSize = 2048, output }: DecodeCallOptions = {},
  ): AsyncGenerator<DecodedChunk> {
    const { rows: source, rest } = asPadded(queries);
    const weights = parametersUnder(parameters, path);
    const used = Object.fromEntries(
      Object.entries(weights).filter(([name]) => /decoding_cross_attention|final_layer/.test(name)),
    );
    const folded = folds ? await folder.fold(weights, { rest, rows: source.length, latents, output }) : undefined;
    try {
      for (const [start, end] of chunkBounds(source.length, chunkSize)) {
        const rows = await source.rows(start, end);
        const decoded = await (folded === undefined
          ? plainStep(used, rows, rest, latents, output)
          : foldedStep(folded.scores, folded.attended, rows));
        rows.dispose();
        yield { start, end, decoded };
      }
    } finally {
      tf.dispose(folded as unknown as tf.TensorContainer);
    }
  }
  const dispose = async (): Promise<void> => {
    await Promise.all([folder.dispose(), foldedStep.dispose(), plainStep.dispose()]);
  };
  return Object.assign(run, { dispose });
}

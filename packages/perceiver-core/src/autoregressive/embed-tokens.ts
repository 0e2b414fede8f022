import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.js';
import { embedding, trainablePosition } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';
import type { ResolvedPerceiverARConfig } from './config.js';

/** Positions of the tokens in the context; padding on the left counts for nothing. */
export interface Positions {
  /** float32 `[B or 1, cached + n]` */
  readonly all: tf.Tensor2D;
  /** Cached + n. */
  readonly total: number;
}

/** `max(0, 0 .. total - 1 minus the row's padding)`; one row for all examples where there is no padding. */
export function positionsOf(total: number, padMask: tf.Tensor2D | undefined): Positions {
  const range = tf.range(0, total, 1, 'float32').reshape<tf.Tensor2D>([1, total]);
  if (padMask === undefined) return { all: range, total };
  const padding = padMask.cast('float32').sum(1, true); // [B, 1]
  return { all: range.sub(padding).relu(), total };
}

/** Token embedding plus, with absolute positions, the learned vectors of the tokens' own positions: `[B, n, C]`. */
export function embedTokens(
  scope: Scope,
  { inputIds, padMask }: { readonly inputIds: tf.Tensor2D; readonly padMask?: tf.Tensor2D },
  { all, total }: Positions,
  config: ResolvedPerceiverARConfig,
): tf.Tensor3D {
  const { vocabSize, numChannels, maxSeqLen, absolutePositions, embeddingStd, positionStd } = config;
  const [, length] = inputIds.shape;
  const table = scope.parameter<tf.Tensor2D>('txt_embedding.weight', [vocabSize, numChannels], embedding(embeddingStd));
  const tokens = tf.gather(table, inputIds) as tf.Tensor as tf.Tensor3D; // [B, n, C]
  if (!absolutePositions) return tokens;
  if (total > maxSeqLen && padMask === undefined) {
    throw new ModelError(
      `Perceiver AR: expected at most maxSeqLen = ${maxSeqLen} tokens with absolute positions, got ${total}`,
    );
  }
  const positions = scope.parameter<tf.Tensor2D>(
    'pos_embedding.weight',
    [maxSeqLen, numChannels],
    trainablePosition(positionStd),
  );
  if (padMask === undefined) return tokens.add(tf.slice(positions, [total - length, 0], [length, -1]).expandDims(0));
  const own = tf.slice(all, [0, total - length], [-1, length]).cast('int32');
  return tokens.add(tf.gather(positions, own));
}

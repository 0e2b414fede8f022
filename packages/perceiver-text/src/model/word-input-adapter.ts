import * as tf from '@tensorflow/tfjs';
import { attentionMaskBias, embedding, type InputAdapter, ModelError, trainablePosition } from 'perceiver-core';

/** A batch of texts as words, each a set of features; see `encodeWords`. */
export interface WordInputs {
  /** int32 `[B, W, F]`: rows of the table that a word is the sum of, 0 where it has fewer than F; all 0 on padding. */
  readonly wordIds: tf.Tensor3D;
}

export interface WordInputOptions {
  /** Rows of the table, row 0 included, which is never used. */
  readonly buckets: number;
  /** Most words of a text. */
  readonly maxPositions: number;
  /** Channels of embeddings and positions, C. */
  readonly modelChannels: number;
}

/**
 * One input a word, in place of one a byte: the mean embedding of its features (the word's own and those of its byte n-grams), plus a
 * learned position. Parameters `word_embeddings.weight` and `position_embeddings.weight`.
 */
export function wordInputAdapter({ buckets, maxPositions, modelChannels }: WordInputOptions): InputAdapter<WordInputs> {
  return (scope, { wordIds }) => {
    const [batch, length] = wordIds.shape;
    if (length > maxPositions) {
      throw new ModelError(`wordIds: expected at most ${maxPositions} words, got ${length}; truncate the text`);
    }
    const table = scope.parameter<tf.Tensor2D>('word_embeddings.weight', [buckets, modelChannels], embedding());
    const positions = scope.parameter<tf.Tensor2D>(
      'position_embeddings.weight',
      [maxPositions, modelChannels],
      trainablePosition(),
    );
    const used = tf.greater(wordIds, tf.scalar(0, 'int32')).cast('float32'); // [B, W, F]
    const count = used.sum(2, true); // [B, W, 1]
    const features = tf.gather(table, wordIds).mul(used.expandDims(3)); // [B, W, F, C]
    const words = features.sum<tf.Tensor3D>(2).div<tf.Tensor3D>(count.maximum(1)); // [B, W, C]
    const own = length === maxPositions ? positions : tf.slice(positions, [0, 0], [length, -1]);
    const mask = count.minimum(1).reshape<tf.Tensor2D>([batch, length]);
    return { inputs: words.add(own.expandDims(0)), scoreBias: attentionMaskBias(mask) };
  };
}

import * as tf from '@tensorflow/tfjs';
import { attentionMaskBias, embedding, type InputAdapter, ModelError, trainablePosition } from 'perceiver-core';

/** A batch of tokens. */
export interface TextInputs {
  /** int32 `[B, n]` */
  readonly inputIds: tf.Tensor2D;
  /** `[B, n]`, 1 = token, 0 = padding; all tokens by default. */
  readonly attentionMask?: tf.Tensor2D;
  /** int32 `[B, n]`: where each token stands, less than the model's positions; 0 to n - 1 by default. */
  readonly positionIds?: tf.Tensor2D;
}

/** Token embedding plus learned position: parameters `embeddings.weight` and `position_embeddings.weight`. */
export function textInputAdapter(config: {
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly modelChannels: number;
}): InputAdapter<TextInputs> {
  const { vocabSize, maxPositions, modelChannels } = config;
  return (scope, { inputIds, attentionMask, positionIds }) => {
    const [, length] = inputIds.shape;
    if (length > maxPositions) {
      throw new ModelError(`inputIds: expected at most ${maxPositions} tokens, got ${length}; truncate the text`);
    }
    const table = scope.parameter<tf.Tensor2D>('embeddings.weight', [vocabSize, modelChannels], embedding());
    const positions = scope.parameter<tf.Tensor2D>(
      'position_embeddings.weight',
      [maxPositions, modelChannels],
      trainablePosition(),
    );
    const first = () => (length === maxPositions ? positions : tf.slice(positions, [0, 0], [length, -1]));
    const own = positionIds === undefined ? first().expandDims<tf.Tensor3D>(0) : gatherRows(positions, positionIds);
    return {
      inputs: gatherRows(table, inputIds).add(own), // [B, n, C]
      scoreBias: attentionMask === undefined ? undefined : attentionMaskBias(attentionMask),
    };
  };
}

/** Rows of a table `[R, C]` by their numbers `[B, n]`: `[B, n, C]`. */
export function gatherRows(table: tf.Tensor2D, rows: tf.Tensor2D): tf.Tensor3D {
  return tf.gather(table, rows) as tf.Tensor as tf.Tensor3D;
}

import * as tf from '@tensorflow/tfjs';
import { embedding, ModelError, norm, type RunContext, type Scope, trainablePosition } from 'perceiver-core';
import type { BertConfig } from './bert-config.js';

/** A batch of tokens. */
export interface BertInputs {
  /** int32 `[B, N]` */
  readonly inputIds: tf.Tensor2D;
  /** `[B, N]`, 1 = token, 0 = padding, which no token attends to; all tokens by default. */
  readonly attentionMask?: tf.Tensor2D;
  /** int32 `[B, N]`, which segment a token is of; all of segment 0 by default. */
  readonly tokenTypeIds?: tf.Tensor2D;
}

/** The table of word embeddings `[V, C]`, also the masked language model's output weights. `scope` is the model's root. */
export function wordEmbeddings(scope: Scope, { vocabSize, hiddenChannels }: BertConfig): tf.Tensor2D {
  return scope.parameter('bert.embeddings.word_embeddings.weight', [vocabSize, hiddenChannels], embedding());
}

/** Word, segment and position embeddings added, normed: `[B, N, C]`. `scope` is the model's root. */
export function embedTokens(
  scope: Scope,
  { inputIds, tokenTypeIds }: BertInputs,
  config: BertConfig,
  context: RunContext,
): tf.Tensor3D {
  const { maxPositions, hiddenChannels, numTokenTypes = 2, paddingId = 0, normEpsilon = 1e-12 } = config;
  const [, length] = inputIds.shape;
  if (length > maxPositions) {
    throw new ModelError(`inputIds: expected at most ${maxPositions} tokens, got ${length}; truncate the text`);
  }
  const embeddings = scope.at('bert.embeddings');
  const words = lookUp(wordEmbeddings(scope, config), inputIds, paddingId);
  const positions = embeddings.parameter<tf.Tensor2D>(
    'position_embeddings.weight',
    [maxPositions, hiddenChannels],
    trainablePosition(),
  );
  const types = embeddings.parameter<tf.Tensor2D>(
    'token_type_embeddings.weight',
    [numTokenTypes, hiddenChannels],
    embedding(),
  );
  const type =
    tokenTypeIds === undefined
      ? tf.slice(types, [0, 0], [1, -1]).expandDims<tf.Tensor3D>(0)
      : (tf.gather(types, tokenTypeIds) as tf.Tensor as tf.Tensor3D);
  // Positions count from the left, padding included.
  const own = length === maxPositions ? positions : tf.slice(positions, [0, 0], [length, -1]);
  const sum = words.add<tf.Tensor3D>(type).add<tf.Tensor3D>(own.expandDims(0));
  return context.dropout(norm(embeddings.at('LayerNorm'), sum, { epsilon: normEpsilon }), config.hiddenDropout ?? 0);
}

/** Rows of a table by ids, `[B, N, C]`; rows of padding get no gradient from here, as from PyTorch's `padding_idx`. */
function lookUp(table: tf.Tensor2D, ids: tf.Tensor2D, paddingId: number): tf.Tensor3D {
  const rows = tf.gather(table, ids) as tf.Tensor as tf.Tensor3D;
  if (!tf.engine().isTapeOn()) return rows;
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor3D, tf.GradSaveFunc];
    save([ids.notEqual(paddingId).cast('float32').expandDims(2)]);
    return { value: x.clone(), gradFunc: (dy: tf.Tensor, [trained]: tf.Tensor[]) => dy.mul(trained!) };
  })(rows) as tf.Tensor3D;
}

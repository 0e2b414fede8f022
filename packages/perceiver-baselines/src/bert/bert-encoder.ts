import type * as tf from '@tensorflow/tfjs';
import { attentionMaskBias, dense, norm, type RunContext, type Scope } from 'perceiver-core';
import { attention, gelu } from 'tfjs-backend-onnxruntime';
import { type BertConfig, checkHeads } from './bert-config.js';
import { type BertInputs, embedTokens } from './bert-embeddings.js';

/** Tokens to hidden states after the last layer, `[B, N, C]`. `scope` is the model's root. */
export function encodeTokens(scope: Scope, inputs: BertInputs, config: BertConfig, context: RunContext): tf.Tensor3D {
  checkHeads(config);
  const { attentionMask } = inputs;
  const scoreBias = attentionMask === undefined ? undefined : attentionMaskBias(attentionMask);
  let x = embedTokens(scope, inputs, config, context);
  for (let layer = 0; layer < config.numLayers; layer++) {
    context.record?.('hidden_states', x);
    x = bertLayer(scope.at(`bert.encoder.layer.${layer}`), x, scoreBias, config, context);
  }
  context.record?.('hidden_states', x);
  return x;
}

/** Self-attention, then an MLP, each added to what it came from and normed afterwards: `[B, N, C]` to `[B, N, C]`. */
function bertLayer(
  scope: Scope,
  x: tf.Tensor3D,
  scoreBias: tf.Tensor | undefined,
  config: BertConfig,
  context: RunContext,
): tf.Tensor3D {
  const { hiddenChannels, intermediateChannels, hiddenDropout = 0, normEpsilon: epsilon = 1e-12 } = config;
  const attended = selfAttention(scope.at('attention.self'), x, scoreBias, config, context);
  const mixed = dense(scope.at('attention.output.dense'), attended, hiddenChannels);
  const y = norm(scope.at('attention.output.LayerNorm'), context.dropout(mixed, hiddenDropout).add<tf.Tensor3D>(x), {
    epsilon,
  });
  const wide = activate(dense(scope.at('intermediate.dense'), y, intermediateChannels), config);
  const narrow = dense(scope.at('output.dense'), wide, hiddenChannels);
  return norm(scope.at('output.LayerNorm'), context.dropout(narrow, hiddenDropout).add<tf.Tensor3D>(y), { epsilon });
}

function selfAttention(
  scope: Scope,
  x: tf.Tensor3D,
  scoreBias: tf.Tensor | undefined,
  { hiddenChannels, numHeads, attentionDropout: rate = 0 }: BertConfig,
  { training, nextKey, record }: RunContext,
): tf.Tensor3D {
  const [query, key, value] = ['query', 'key', 'value'].map((name) => dense(scope.at(name), x, hiddenChannels));
  return attention(query!, key!, value!, {
    numHeads,
    bias: scoreBias,
    ...(rate > 0 && training ? { dropout: { rate, key: nextKey()! } } : {}),
    ...(record === undefined
      ? {}
      : {
          onProbabilities: (probabilities: tf.Tensor4D) => {
            record('attentions', probabilities);
            return probabilities;
          },
        }),
  });
}

/** The activation of a configuration. */
export function activate<T extends tf.Tensor>(x: T, { activation = 'gelu' }: BertConfig): T {
  return gelu(x, activation === 'gelu' ? 'none' : 'tanh') as T;
}

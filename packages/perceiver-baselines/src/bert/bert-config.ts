import { ModelError } from 'perceiver-core';

/** Sizes of a BERT (Devlin et al., 2018): a Transformer encoder over tokens, norms behind the residuals. */
export interface BertConfig {
  readonly vocabSize: number;
  /** Longest input. */
  readonly maxPositions: number;
  readonly hiddenChannels: number;
  readonly numLayers: number;
  readonly numHeads: number;
  /** Channels between the two linear layers of an MLP. */
  readonly intermediateChannels: number;
  /** Kinds of segments, such as the first and the second sentence; 2 by default. */
  readonly numTokenTypes?: number;
  /** Token that stands for nothing: looking it up trains nothing. 0 by default. */
  readonly paddingId?: number;
  /** Added to variances in the norms; 1e-12 by default. */
  readonly normEpsilon?: number;
  /** `gelu` is exact (the default), `gelu-tanh` what configurations call `gelu_new`. */
  readonly activation?: 'gelu' | 'gelu-tanh';
  /** Share that is dropped when training: behind the embeddings' norm and of what each residual adds; 0 by default. */
  readonly hiddenDropout?: number;
  /** Share of the attention probabilities that is dropped when training; 0 by default. */
  readonly attentionDropout?: number;
}

/** Sizes of a BERT with a classification or regression head. */
export interface BertSequenceClassifierConfig extends BertConfig {
  /** Classes; 1 for regression. */
  readonly numLabels: number;
  /** Dropout before the classifier when training; `hiddenDropout` by default. */
  readonly classifierDropout?: number;
}

const ACTIVATIONS: Readonly<Record<string, BertConfig['activation']>> = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
};

/**
 * Reads Hugging Face's `config.json` of a BERT.
 *
 * @throws ModelError on a missing or mistyped field, or a kind of BERT that computes otherwise
 */
export function bertConfigFromHub(json: unknown): Required<BertConfig> {
  const record = asRecord(json);
  if (record.model_type !== undefined && record.model_type !== 'bert') {
    throw new ModelError(`config.json: expected model_type "bert", got ${JSON.stringify(record.model_type)}`);
  }
  const positions = record.position_embedding_type ?? 'absolute';
  if (positions !== 'absolute') {
    throw new ModelError(`config.json: expected position_embedding_type "absolute", got ${JSON.stringify(positions)}`);
  }
  const activation = ACTIVATIONS[String(record.hidden_act ?? 'gelu')];
  if (activation === undefined) {
    const expected = Object.keys(ACTIVATIONS).join(' or ');
    throw new ModelError(`config.json: expected hidden_act ${expected}, got ${JSON.stringify(record.hidden_act)}`);
  }
  const config = {
    vocabSize: whole(record, 'vocab_size', 1, 30_522),
    maxPositions: whole(record, 'max_position_embeddings', 1, 512),
    hiddenChannels: whole(record, 'hidden_size', 1, 768),
    numLayers: whole(record, 'num_hidden_layers', 0, 12),
    numHeads: whole(record, 'num_attention_heads', 1, 12),
    intermediateChannels: whole(record, 'intermediate_size', 1, 3072),
    numTokenTypes: whole(record, 'type_vocab_size', 1, 2),
    paddingId: whole(record, 'pad_token_id', 0, 0),
    normEpsilon: number(record, 'layer_norm_eps', 1e-12),
    activation,
    hiddenDropout: number(record, 'hidden_dropout_prob', 0.1),
    attentionDropout: number(record, 'attention_probs_dropout_prob', 0.1),
  };
  checkHeads(config);
  return config;
}

/** The same of a sequence classifier: one label is a regression. */
export function bertSequenceClassifierConfigFromHub(json: unknown): BertSequenceClassifierConfig {
  const config = bertConfigFromHub(json);
  const record = asRecord(json);
  const { id2label, classifier_dropout: classifierDropout } = record;
  const names = typeof id2label === 'object' && id2label !== null ? Object.keys(id2label).length : undefined;
  return {
    ...config,
    numLabels: names ?? whole(record, 'num_labels', 1, 2),
    classifierDropout:
      classifierDropout == null ? config.hiddenDropout : number(record, 'classifier_dropout', config.hiddenDropout),
  };
}

/** Fields of a `config.json` that Hugging Face's BERT classes read too; `bertConfigFromHub` reads them back. */
export function bertHubFields(config: BertConfig): Record<string, unknown> {
  const { activation = 'gelu', numTokenTypes = 2, paddingId = 0, normEpsilon = 1e-12 } = config;
  return {
    model_type: 'bert',
    vocab_size: config.vocabSize,
    max_position_embeddings: config.maxPositions,
    hidden_size: config.hiddenChannels,
    num_hidden_layers: config.numLayers,
    num_attention_heads: config.numHeads,
    intermediate_size: config.intermediateChannels,
    type_vocab_size: numTokenTypes,
    pad_token_id: paddingId,
    layer_norm_eps: normEpsilon,
    hidden_act: activation === 'gelu' ? 'gelu' : 'gelu_new',
    hidden_dropout_prob: config.hiddenDropout ?? 0,
    attention_probs_dropout_prob: config.attentionDropout ?? 0,
  };
}

/** Throws ModelError unless the heads share the channels evenly. */
export function checkHeads({ hiddenChannels, numHeads }: BertConfig): void {
  if (hiddenChannels % numHeads !== 0) {
    throw new ModelError(
      `BERT: expected channels divisible by heads, got ${hiddenChannels} channels and ${numHeads} heads`,
    );
  }
}

function asRecord(json: unknown): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new ModelError(`config.json: expected an object, got ${JSON.stringify(json)}`);
}

function number(record: Record<string, unknown>, field: string, fallback: number): number {
  const value = record[field] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ModelError(`config.json: expected a number in ${field}, got ${JSON.stringify(value)}`);
}

function whole(record: Record<string, unknown>, field: string, least: number, fallback: number): number {
  const value = number(record, field, fallback);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ModelError(`config.json: expected a whole number from ${least} in ${field}, got ${value}`);
}

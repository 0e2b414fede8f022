import * as tf from '@tensorflow/tfjs';
import {
  dense,
  type EncoderConfig,
  embedding,
  type InputAdapter,
  intermediateRecorder,
  type Model,
  ModelError,
  type PerceiverIO,
  type QueryProvider,
  type RunOptions,
  runContext,
  runPerceiverIO,
  type Scope,
  trainableQueries,
} from 'perceiver-core';
import type { GlueTaskName } from '../glue/glue-task.js';
import { glueTasks } from '../glue/glue-tasks.js';
import { WORD_FEATURES } from '../preprocess/encode-words.js';
import type { TextOutputs } from './masked-language-model.js';
import { type TextInputs, textInputAdapter } from './text-input-adapter.js';
import { type WordInputs, wordInputAdapter } from './word-input-adapter.js';

/**
 * How the model is told which task an example is of (Perceiver IO, section 4.1 and the multitask table):
 * - `single-task`: one model a task, one learned query;
 * - `multitask`: a learned query for each task, the same input for all;
 * - `shared-input-token`: one learned token joins the inputs of all tasks, one query; only the heads differ;
 * - `task-input-tokens`: a learned token for each task joins the inputs, one query.
 */
export const GLUE_QUERIES = ['single-task', 'multitask', 'shared-input-token', 'task-input-tokens'] as const;
export type GlueQueries = (typeof GLUE_QUERIES)[number];

/** A Perceiver IO for the tasks of GLUE. */
export interface GlueClassifierConfig {
  readonly tasks: readonly GlueTaskName[];
  readonly queries: GlueQueries;
  /** One input a byte, as published, or one a word. `bytes` by default. */
  readonly inputs?: 'bytes' | 'words';
  readonly vocabSize: number;
  /** Most inputs, M: bytes or words. */
  readonly maxPositions: number;
  /** Channels of embeddings and positions. */
  readonly modelChannels: number;
  /** Rows of the table of words and their parts, with `inputs` of `words`. */
  readonly wordBuckets?: number;
  /** Rows that a word is the sum of at most: its own and those of its first byte 4-grams; `WORD_FEATURES` by default, 1 for none. */
  readonly wordFeatures?: number;
  readonly encoder: EncoderConfig;
  /** Sizes of a masked language model's decoder, to go on with its weights; without them a decoder of one head as wide as the latents. */
  readonly decoder?: GlueDecoderConfig;
}

/** A cross-attend without query residual, as the masked language model has it. */
export interface GlueDecoderConfig {
  /** Channels of the queries, and of values. */
  readonly queryChannels: number;
  /** Channels of queries and keys over all heads. */
  readonly qkChannels: number;
  readonly numHeads: number;
}

/** A batch of examples, with `inputIds` and `attentionMask` for bytes, `wordIds` for words. */
export interface GlueInputs extends Partial<TextInputs>, Partial<WordInputs> {
  /** int32 `[B]`: each example's task, as its place in the configuration's `tasks`; 0 by default. */
  readonly taskIds?: tf.Tensor1D;
}

export interface GlueOutputs extends TextOutputs {
  /** `[B, K]`, K the most classes of a task; of a task with fewer only the first count, of a regression only the first. */
  readonly logits: tf.Tensor2D;
}

export type GlueClassifier = Model<GlueClassifierConfig, GlueInputs, RunOptions, GlueOutputs>;

/** Logits of a task's head: its classes, or 1 for a score. */
export function glueOutputs(task: GlueTaskName): number {
  const { labels } = glueTasks[task];
  return labels === 'score' ? 1 : labels.length;
}

/**
 * The classifier of a configuration: an encoder with the masked language model's names, so that its weights load; a decoder, with those
 * names too where `decoder` says its sizes; and for each task a head of two layers with a tanh between them (Perceiver IO, appendix F.3).
 *
 * @throws ModelError for no task, or several with a single-task query
 */
export function glueClassifier(config: GlueClassifierConfig): GlueClassifier {
  const { tasks, queries, encoder, decoder, inputs = 'bytes', maxPositions, wordFeatures = WORD_FEATURES } = config;
  if (tasks.length === 0) throw new ModelError('glueClassifier: expected at least one task, got none');
  if (queries === 'single-task' && tasks.length > 1) {
    throw new ModelError(`glueClassifier: expected one task for a single-task query, got ${tasks.join(', ')}`);
  }
  const width = Math.max(...tasks.map(glueOutputs));
  const parts: PerceiverIO<GlueInputs, tf.Tensor> = {
    encoder,
    decoder: {
      ...(decoder === undefined
        ? { crossAttentionWidth: encoder.crossAttentionWidth, useQueryResidual: true }
        : {
            numHeads: decoder.numHeads,
            qkChannels: decoder.qkChannels,
            vChannels: decoder.queryChannels,
            useQueryResidual: false,
          }),
      attentionDropout: encoder.attentionDropout,
      activation: encoder.activation,
    },
    decoderPath: decoder === undefined ? 'decoder.decoder' : 'decoder',
    // A masked language model's queries are others, and have the other path.
    queryPath: 'decoder.decoder',
    inputAdapter: glueInputAdapter(config),
    queryProvider: taskQueries(config),
    outputAdapter: (scope, decoded) => {
      const features = decoded.squeeze<tf.Tensor2D>([1]); // [B, E]
      const logits = tasks.map((task) => taskHead(scope.at(`heads.${task}`), features, glueOutputs(task), width));
      return logits.length === 1 ? logits[0]! : tf.stack(logits, 1); // [B, K] or [B, T, K]
    },
  };
  return {
    config,
    exampleInputs: (batch = 1) => ({
      ...(inputs === 'words'
        ? { wordIds: { shape: [batch, maxPositions, wordFeatures], dtype: 'int32' } }
        : { inputIds: { shape: [batch, maxPositions], dtype: 'int32' } }),
      ...(tasks.length > 1 ? { taskIds: { shape: [batch], dtype: 'int32' } } : {}),
    }),
    apply: (scope, given, options = {}) => {
      const recorder = intermediateRecorder(options);
      const { output, lastHiddenState } = runPerceiverIO(scope, given, parts, runContext(options, recorder.record));
      const logits = tasks.length === 1 ? output : ofOwnTask(output as tf.Tensor3D, given.taskIds);
      return { logits: logits as tf.Tensor2D, lastHiddenState, ...recorder.result() };
    },
  };
}

/** What turns examples into the input array: of bytes or of words, with the task's token in front where the model has one. */
export function glueInputAdapter(config: GlueClassifierConfig): InputAdapter<GlueInputs> {
  return withTaskTokens(plainAdapter(config), config);
}

function plainAdapter(config: GlueClassifierConfig): InputAdapter<GlueInputs> {
  if (config.inputs !== 'words') return textInputAdapter(config) as InputAdapter<GlueInputs>;
  const { wordBuckets: buckets = 0, maxPositions, modelChannels } = config;
  if (buckets < 3) throw new ModelError(`glueClassifier: expected wordBuckets of 3 or more, got ${buckets}`);
  return wordInputAdapter({ buckets, maxPositions, modelChannels }) as InputAdapter<GlueInputs>;
}

/** Puts a learned token in front of the inputs: `task_tokens.weight` `[1 or tasks, C]`. */
function withTaskTokens(
  adapter: InputAdapter<GlueInputs>,
  { queries, tasks, modelChannels }: GlueClassifierConfig,
): InputAdapter<GlueInputs> {
  if (queries !== 'shared-input-token' && queries !== 'task-input-tokens') return adapter;
  return (scope, given, context) => {
    const { inputs, scoreBias, ...rest } = adapter(scope, given, context);
    const [batch] = inputs.shape;
    const rows = queries === 'shared-input-token' ? 1 : tasks.length;
    const table = scope.parameter<tf.Tensor2D>('task_tokens.weight', [rows, modelChannels], embedding());
    const token =
      rows === 1
        ? tf.tile(table.expandDims<tf.Tensor3D>(0), [batch, 1, 1])
        : tf.gather(table, taskIdsOf(given, batch)).expandDims<tf.Tensor3D>(1); // [B, 1, C]
    // The token is never masked.
    const bias = scoreBias && tf.concat([tf.zeros([scoreBias.shape[0]!, 1, 1, 1]), scoreBias], 3);
    return { ...rest, inputs: tf.concat([token, inputs], 1), scoreBias: bias };
  };
}

function taskQueries({ queries, tasks, encoder, decoder }: GlueClassifierConfig): QueryProvider<GlueInputs> {
  const rows = queries === 'multitask' ? tasks.length : 1;
  const all = trainableQueries(rows, decoder?.queryChannels ?? encoder.latentChannels);
  return (scope, source, context) => {
    const table = all(scope, source, context); // [1, rows, E]
    if (rows === 1) return table;
    const own = tf.gather(table.squeeze<tf.Tensor2D>([0]), taskIdsOf(source.input, source.latents.shape[0]));
    return own.expandDims<tf.Tensor3D>(1); // [B, 1, E]
  };
}

/** `[B, E]` to `[B, width]`, filled up with zeros behind the task's own outputs. */
function taskHead(scope: Scope, features: tf.Tensor2D, outputs: number, width: number): tf.Tensor2D {
  const hidden = tf.tanh(dense(scope.at('dense'), features, features.shape[1]));
  const logits = dense(scope.at('out_proj'), hidden, outputs);
  return outputs === width
    ? logits
    : tf.pad(logits, [
        [0, 0],
        [0, width - outputs],
      ]);
}

/** Of the logits of all tasks `[B, T, K]` those of each example's own: `[B, K]`. */
function ofOwnTask(logits: tf.Tensor3D, taskIds: tf.Tensor1D | undefined): tf.Tensor2D {
  const [batch, tasks] = logits.shape;
  const own = tf.oneHot(taskIds ?? tf.zeros([batch], 'int32'), tasks).cast('float32');
  return logits.mul(own.expandDims(2)).sum<tf.Tensor2D>(1);
}

function taskIdsOf({ taskIds }: GlueInputs, batch: number): tf.Tensor1D {
  return taskIds ?? tf.zeros([batch], 'int32');
}

import type * as tf from '@tensorflow/tfjs';
import { type DecoderConfig, decode } from './decoder.js';
import { type EncoderConfig, encodeAndProcess, type InputArray, initialLatents } from './encoder.js';
import { evaluation, type RunContext } from './layers/run-context.js';
import type { Scope } from './parameters/scope.js';

/** Turns a task's preprocessed input into the input array and its mask. Its scope is `perceiver.input_preprocessor`. */
export type InputAdapter<Input> = (scope: Scope, input: Input, context: RunContext) => InputArray;

/** What a query may be made of. */
export interface QuerySource<Input> {
  readonly input: Input;
  readonly inputArray: InputArray;
  /** `[B, N, D]` */
  readonly latents: tf.Tensor3D;
}

/** Makes the output query array `[B, O, E]`, or `[1, O, E]` when it is the same for all. Its scope is the decoder's. */
export type QueryProvider<Input> = (scope: Scope, source: QuerySource<Input>, context: RunContext) => tf.Tensor3D;

/** Turns decoded rows `[B, O, E]` into the task's output. Its scope is the model's root. */
export type OutputAdapter<Output> = (scope: Scope, decoded: tf.Tensor3D, context: RunContext) => Output;

/** A Perceiver IO: encode, process, decode, between adapters that alone know what the data is (Perceiver IO, section 3). */
export interface PerceiverIO<Input, Output> {
  readonly encoder: EncoderConfig;
  readonly decoder: DecoderConfig;
  readonly inputAdapter: InputAdapter<Input>;
  readonly queryProvider: QueryProvider<Input>;
  readonly outputAdapter: OutputAdapter<Output>;
  /** Where the decoder's parameters live under `perceiver`; `decoder.decoder` by default, `decoder` in the masked language model. */
  readonly decoderPath?: 'decoder' | 'decoder.decoder';
  /** Where the query provider's parameters live under `perceiver`; `decoderPath` by default, `decoder` where queries are of several modalities. */
  readonly queryPath?: 'decoder' | 'decoder.decoder';
}

export interface PerceiverIOResult<Output> {
  readonly output: Output;
  /** Latents after the last self-attend, `[B, N, D]`. */
  readonly lastHiddenState: tf.Tensor3D;
}

/** Raw input to latents `[B, N, D]`: input adapter, encode, process. */
export function perceiverLatents<Input>(
  scope: Scope,
  input: Input,
  { inputAdapter, encoder }: Pick<PerceiverIO<Input, unknown>, 'inputAdapter' | 'encoder'>,
  context: RunContext = evaluation,
): { inputArray: InputArray; latents: tf.Tensor3D } {
  const root = scope.at('perceiver');
  const inputArray = inputAdapter(root.at('input_preprocessor'), input, context);
  context.record?.('encoder_input', inputArray.inputs);
  const start = initialLatents(root.at('embeddings'), encoder);
  return { inputArray, latents: encodeAndProcess(root.at('encoder'), start, inputArray, encoder, context) };
}

/** Runs a Perceiver IO on one batch. */
export function runPerceiverIO<Input, Output>(
  scope: Scope,
  input: Input,
  parts: PerceiverIO<Input, Output>,
  context: RunContext = evaluation,
): PerceiverIOResult<Output> {
  const { inputArray, latents } = perceiverLatents(scope, input, parts, context);
  const { decoderPath = 'decoder.decoder', queryPath = decoderPath } = parts;
  const decoderScope = scope.at(`perceiver.${decoderPath}`);
  const query = parts.queryProvider(scope.at(`perceiver.${queryPath}`), { input, inputArray, latents }, context);
  context.record?.('decoder_query', query);
  const decoded = decode(decoderScope, query, latents, parts.decoder, context);
  return { output: parts.outputAdapter(scope, decoded, context), lastHiddenState: latents };
}

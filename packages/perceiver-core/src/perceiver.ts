import type * as tf from '@tensorflow/tfjs';
import type { EncoderConfig } from './encoder.js';
import { dense, norm } from './layers/dense.js';
import { evaluation, type RunContext } from './layers/run-context.js';
import type { Scope } from './parameters/scope.js';
import { type InputAdapter, perceiverLatents } from './perceiver-io.js';

/** The Perceiver of 2021: repeated cross-attends, then a linear layer on the average of the latents (section 3.1). */
export interface Perceiver<Input> {
  readonly encoder: EncoderConfig;
  readonly inputAdapter: InputAdapter<Input>;
  readonly numClasses: number;
  /** Normalises the average before the linear layer, parameters `classifier_norm.weight` and `.bias`; false by default. */
  readonly normedAverage?: boolean;
}

/** Runs a Perceiver of 2021: logits `[B, numClasses]` and latents `[B, N, D]`. The head's parameters are `classifier.weight`, `.bias`. */
export function runPerceiver<Input>(
  scope: Scope,
  input: Input,
  parts: Perceiver<Input>,
  context: RunContext = evaluation,
): { logits: tf.Tensor2D; lastHiddenState: tf.Tensor3D } {
  const { latents } = perceiverLatents(scope, input, parts, context);
  const average = latents.mean<tf.Tensor2D>(1); // [B, D]
  const pooled = parts.normedAverage ? norm(scope.at('classifier_norm'), average) : average;
  return { logits: dense(scope.at('classifier'), pooled, parts.numClasses), lastHiddenState: latents };
}

import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.js';
import type { RunContext } from '../layers/run-context.js';
import type { Scope } from '../parameters/scope.js';
import { modalityNames } from './modality-names.js';

/** One modality's part of the decoded rows. */
export interface ModalityOutput {
  /** Its number of rows. */
  readonly rows: number;
  /** Turns its decoded rows `[B, rows, E]` into its output; the scope is `modalities.<name>` below the given one. */
  output(scope: Scope, decoded: tf.Tensor3D, context: RunContext): tf.Tensor;
}

/** Splits decoded rows by modality, in the order of names, and gives each its output. Throws ModelError unless the rows add up. */
export function multimodalOutput(
  scope: Scope,
  decoded: tf.Tensor3D,
  modalities: Readonly<Record<string, ModalityOutput>>,
  context: RunContext,
): Record<string, tf.Tensor> {
  const names = modalityNames(modalities);
  const sizes = names.map((name) => modalities[name]!.rows);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== decoded.shape[1]) {
    throw new ModelError(`multimodal output: expected ${sizes.join(' + ')} decoded rows, got ${decoded.shape[1]}`);
  }
  const parts = tf.split(decoded, sizes, 1) as tf.Tensor3D[];
  const entries = names.map((name, i) => {
    return [name, modalities[name]!.output(scope.at(`modalities.${name}`), parts[i]!, context)] as const;
  });
  return Object.fromEntries(entries);
}

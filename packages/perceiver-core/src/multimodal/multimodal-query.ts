import * as tf from '@tensorflow/tfjs';
import { repeatOverBatch } from '../layers/attention-layer.js';
import type { RunContext } from '../layers/run-context.js';
import type { Scope } from '../parameters/scope.js';
import type { QueryProvider, QuerySource } from '../perceiver-io.js';
import { modalityNames } from './modality-names.js';
import { padChannels, paddedChannels, paddingVector } from './pad-channels.js';

/** One modality's part of the query array. */
export interface ModalityQuery<Input> {
  /** Channels before padding. */
  readonly channels: number;
  /** Its rows before padding, `[B or 1, rows, channels]`; the scope is `modalities.<name>` below the decoder. */
  rows(source: QuerySource<Input>, scope: Scope, context: RunContext): tf.Tensor3D;
}

/** Width of the query array of several modalities. */
export function queryWidth(
  modalities: Readonly<Record<string, { readonly channels: number }>>,
  minPadding: number,
): number {
  return paddedChannels(
    Object.values(modalities).map(({ channels }) => channels),
    minPadding,
  );
}

/**
 * Query array of several modalities (Perceiver IO, section 4.3): each is padded on the channel axis with its trained vector
 * `padding.<name>` to one width, and they stand one after the other by name.
 *
 * @param minPadding channels of padding that the widest modality gets
 */
export function multimodalQuery<Input>(
  modalities: Readonly<Record<string, ModalityQuery<Input>>>,
  minPadding: number,
): QueryProvider<Input> {
  const names = modalityNames(modalities);
  const width = queryWidth(modalities, minPadding);
  return (scope, source, context) => {
    const padded = names.map((name) => {
      const { channels, rows } = modalities[name]!;
      const own = rows(source, scope.at(`modalities.${name}`), context);
      return padChannels(own, paddingVector(scope, name, channels, width));
    });
    const batch = Math.max(...padded.map(({ shape }) => shape[0]));
    return tf.concat(
      padded.map((part) => repeatOverBatch(part, batch)),
      1,
    ); // [B, O, width]
  };
}

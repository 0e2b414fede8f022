import * as tf from '@tensorflow/tfjs';
import { counterUniform } from 'tfjs-backend-onnxruntime';
import { repeatOverBatch } from '../layers/attention-layer.js';
import type { RunContext } from '../layers/run-context.js';
import { trainablePosition } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';
import type { InputAdapter } from '../perceiver-io.js';
import { modalityNames } from './modality-names.js';
import { padChannels, paddedChannels, paddingVector } from './pad-channels.js';

/** One modality's part of the input array. */
export interface ModalityInput<Input> {
  /** Its rows before padding, `[B, rows, C]`. */
  rows(input: Input, scope: Scope, context: RunContext): tf.Tensor3D;
  /**
   * Share of its rows that is replaced by a trained mask token when training. In evaluation a modality with a share above 0 is hidden
   * as a whole: it is what the model has to find out (Perceiver IO, section 4.3). 0 by default.
   */
  readonly maskedShare?: number;
}

/** A tensor that a parameter has no effect on, though its gradient exists and is 0, as in the released model. */
function withoutEffect<T extends tf.Tensor>(x: T, parameter: tf.Tensor): T {
  return x.add(parameter.sum().mul(0));
}

/** Puts the mask token in the places of a share of the rows: `[B, rows, C]`, token `[1, C]`. */
function maskRows(x: tf.Tensor3D, token: tf.Tensor2D, share: number, context: RunContext): tf.Tensor3D {
  const [batch, rows, width] = x.shape;
  const hidden = counterUniform(context.nextKey()!, [batch, rows, 1]).less(share).cast('float32');
  return x.mul(tf.scalar(1).sub(hidden)).add(hidden.mul(token.reshape([1, 1, width])));
}

/**
 * Serialises several modalities into one input array (Perceiver IO, section 4.3): each is padded on the channel axis with its trained
 * vector `padding.<name>` to one width, masked with its token `mask.<name>`, and they stand one after the other by name.
 *
 * @param minPadding channels of padding that the widest modality gets
 */
export function multimodalInput<Input>(
  modalities: Readonly<Record<string, ModalityInput<Input>>>,
  minPadding: number,
): InputAdapter<Input> {
  const names = modalityNames(modalities);
  return (scope, input, context) => {
    const parts = names.map((name) => modalities[name]!.rows(input, scope, context));
    const width = paddedChannels(
      parts.map(({ shape }) => shape[2]),
      minPadding,
    );
    const batch = Math.max(...parts.map(({ shape }) => shape[0]));
    const padded = names.map((name, i) => {
      const { maskedShare = 0 } = modalities[name]!;
      const part = parts[i]!;
      const padding = paddingVector(scope, name, part.shape[2], width);
      const token = scope.at('mask').parameter<tf.Tensor2D>(name, [1, width], trainablePosition());
      if (maskedShare === 0) return repeatOverBatch(padChannels(part, withoutEffect(padding, token)), batch);
      if (maskedShare === 1 || !context.training) {
        return tf.tile(withoutEffect(token, padding).reshape<tf.Tensor3D>([1, 1, width]), [batch, part.shape[1], 1]);
      }
      return maskRows(repeatOverBatch(padChannels(part, padding), batch), token, maskedShare, context);
    });
    return { inputs: tf.concat(padded, 1) }; // [B, sum of rows, width]
  };
}

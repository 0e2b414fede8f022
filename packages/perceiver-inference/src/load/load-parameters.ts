import * as tf from '@tensorflow/tfjs';
import { CheckpointError, type CheckpointReader, type TensorInfo } from 'perceiver-checkpoints';
import type { ModelDeclaration, ParameterDeclaration } from 'perceiver-core';
import { mapTensor } from 'tfjs-backend-onnxruntime';

export interface LoadParametersOptions {
  /** Names that older or other files give a parameter, for where its own is not there; none by default. */
  otherNames?(name: string): readonly string[];
  /** Makes a parameter that the checkpoint lacks; undefined for one that it must have. */
  make?(parameter: ParameterDeclaration): tf.Tensor | undefined;
}

/**
 * A model's parameters from an opened checkpoint, which may be closed afterwards. Float32 weights stay in their file where the
 * engine can map it into memory; others are read and converted. Buffers that the checkpoint lacks are made.
 *
 * @throws CheckpointError when a parameter is missing or has another shape
 */
export async function loadParameters(
  weights: CheckpointReader,
  declaration: ModelDeclaration,
  { otherNames = () => [], make = () => undefined }: LoadParametersOptions = {},
): Promise<Record<string, tf.Tensor>> {
  const parameters: Record<string, tf.Tensor> = {};
  for (const parameter of declaration) {
    const { name, shape, initializer } = parameter;
    const stored = [name, ...otherNames(name)].find((candidate) => weights.tensors.has(candidate)) ?? name;
    const info = weights.tensors.get(stored);
    if (info === undefined) {
      const made = initializer.values === undefined ? make(parameter) : tf.tensor(initializer.values(), [...shape]);
      if (made === undefined) {
        throw new CheckpointError(
          `${weights.files[0]}: expected a tensor ${name} [${shape}], got none among ${weights.tensors.size} names`,
        );
      }
      parameters[name] = made;
      continue;
    }
    if (info.shape.join() !== shape.join()) {
      throw new CheckpointError(`${info.file}: expected ${stored} of shape [${shape}], got [${info.shape}]`);
    }
    if (isMappable(info)) {
      parameters[name] = await mapTensor(
        { path: info.file, byteOffset: info.byteOffset, byteLength: info.byteLength },
        shape,
      );
    } else {
      const values = new Float32Array(tf.util.sizeFromShape([...shape]));
      await weights.readInto(stored, values);
      parameters[name] = tf.tensor(values, [...shape], 'float32');
    }
  }
  return parameters;
}

/** Whether the file holds the numbers as a tensor has them, where a processor can read them. */
function isMappable({ dtype, strides, isEncoded, byteOffset }: TensorInfo): boolean {
  return dtype === 'F32' && strides === undefined && !isEncoded && byteOffset % Float32Array.BYTES_PER_ELEMENT === 0;
}

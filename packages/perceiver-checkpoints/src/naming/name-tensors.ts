import type { CheckpointReader } from '../checkpoint-reader.js';
import type { ModelConfig } from '../load/read-config.js';
import { haikuNames, recognizeHaikuModel } from './haiku/haiku-names.js';
import { hyperParameters } from './hyper-parameters.js';
import { isPerceiverIoPackage, perceiverIoNames } from './perceiver-io-names.js';
import { renamedReader } from './renamed-reader.js';
import { recognizeTorchvision } from './torchvision-names.js';

/**
 * Whose names a checkpoint has: those of Hugging Face transformers, which this repository uses; Haiku's, in DeepMind's own
 * files; those of the `perceiver-io` package for PyTorch (krasserm/perceiver-io); or torchvision's, of a ResNet or a Vision
 * Transformer.
 */
export type CheckpointOrigin = 'hugging-face' | 'haiku' | 'perceiver-io' | 'torchvision';

/** A checkpoint under the names of this repository. */
export interface NamedCheckpoint {
  readonly origin: CheckpointOrigin;
  readonly weights: CheckpointReader;
  /** The configuration, for the given one or for none. */
  configFor(given: ModelConfig | undefined): ModelConfig | undefined;
}

/**
 * Recognises the names of a checkpoint and puts those of this repository in their place. DeepMind's files have no
 * configuration: that of the released model is taken where none is given, and what their code computes otherwise than
 * its port (GELU, padding of the convolution) goes into either. A Lightning checkpoint has its own in `hyper_parameters`. Of torchvision's
 * files, which have none, names and shapes say it; what lies beside them may name the classes.
 */
export function nameTensors(reader: CheckpointReader): NamedCheckpoint {
  const haiku = reader.format === 'numpy' ? recognizeHaikuModel(reader.tensors.keys()) : undefined;
  if (haiku !== undefined) {
    return {
      origin: 'haiku',
      weights: renamedReader(reader, haikuNames(haiku, reader.tensors)),
      configFor: (given = haiku.config) => ({ ...given, ...haiku.computes }),
    };
  }
  if (isPerceiverIoPackage(reader.tensors.keys())) {
    return {
      origin: 'perceiver-io',
      weights: renamedReader(reader, perceiverIoNames(reader.tensors)),
      configFor: (given = hyperParameters(reader)) => given,
    };
  }
  const torchvision = recognizeTorchvision(reader.tensors);
  if (torchvision !== undefined) {
    return {
      origin: 'torchvision',
      weights: renamedReader(reader, torchvision.stored),
      configFor: (given) => ({ ...given, ...torchvision.config, ...ownFields(given, torchvision.config) }),
    };
  }
  return { origin: 'hugging-face', weights: reader, configFor: (given) => given };
}

/** A configuration of the same kind of model, which says more than shapes do, such as the heads; one of another kind is not of these weights. */
function ownFields(given: ModelConfig | undefined, { model_type }: ModelConfig): ModelConfig {
  return given !== undefined && given.model_type === model_type ? given : {};
}

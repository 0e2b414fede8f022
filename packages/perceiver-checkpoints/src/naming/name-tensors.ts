import type { CheckpointReader } from '../checkpoint-reader.js';
import type { ModelConfig } from '../load/read-config.js';
import { haikuNames, recognizeHaikuModel } from './haiku/haiku-names.js';
import { hyperParameters } from './hyper-parameters.js';
import { isPerceiverIoPackage, perceiverIoNames } from './perceiver-io-names.js';
import { renamedReader } from './renamed-reader.js';

/**
 * Whose names a checkpoint has: those of Hugging Face transformers, which this repository uses; Haiku's, in DeepMind's own
 * files; or those of the `perceiver-io` package for PyTorch (krasserm/perceiver-io).
 */
export type CheckpointOrigin = 'hugging-face' | 'haiku' | 'perceiver-io';

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
 * its port (GELU, padding of the convolution) goes into either. A Lightning checkpoint has its own in `hyper_parameters`.
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
  return { origin: 'hugging-face', weights: reader, configFor: (given) => given };
}

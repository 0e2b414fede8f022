import * as tf from '@tensorflow/tfjs';
import { declareParameters, initializeParameters, initialValues, parameterCount } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import {
  type GlueClassifierConfig,
  type GlueTaskName,
  glueClassifier,
  MASKED_DECODER,
  parseMaskedConfig,
} from 'perceiver-text';
import { UsageError } from 'perceiver-training/node';
import { type GlueSettings, glueModelConfig } from './config.js';

/** What training starts from. */
export interface InitialClassifier {
  readonly config: GlueClassifierConfig;
  readonly parameters: Record<string, tf.Tensor>;
  /** A line for people. */
  readonly description: string;
}

const FAMILY = { family: 'variance-scaling' } as const;
/** Parameters that a masked language model does not have. */
const OWN =
  /^(heads\.|perceiver\.decoder\.decoder\.output_position_encodings\.|perceiver\.input_preprocessor\.task_tokens\.)/;

/**
 * Starting weights of a classifier: embeddings, encoder and decoder of a masked language model, with fresh queries, task tokens and heads;
 * or all fresh.
 *
 * @throws CheckpointError and its kinds, ModelError
 */
export async function initialClassifier(
  settings: GlueSettings,
  tasks: readonly GlueTaskName[],
  seed: number,
): Promise<InitialClassifier> {
  const plain = glueModelConfig(settings, tasks);
  if (settings.from === undefined) {
    const parameters = initializeParameters(declareParameters(glueClassifier(plain)), seed, FAMILY);
    return { config: plain, parameters, description: describeClassifier(plain) };
  }
  if (plain.inputs === 'words') {
    throw new UsageError(`--model.inputs words: expected bytes with --from, since ${settings.from} knows bytes`);
  }
  const fresh: string[] = [];
  const { config, parameters } = await openModel(settings.from, {
    parseConfig: (json) => {
      const { vocabSize, maxPositions, modelChannels, encoder, decoderQkChannels, decoderHeads } =
        parseMaskedConfig(json);
      const attentionDropout = settings.model.attentionDropout;
      const { tasks: names, queries } = plain;
      return {
        tasks: names,
        queries,
        vocabSize,
        maxPositions,
        modelChannels,
        encoder: { ...encoder, attentionDropout },
        decoder: {
          queryChannels: modelChannels,
          qkChannels: decoderQkChannels ?? MASKED_DECODER.qkChannels,
          numHeads: decoderHeads ?? MASKED_DECODER.numHeads,
        },
      };
    },
    build: glueClassifier,
    make: (parameter) => {
      if (!OWN.test(parameter.name)) return undefined;
      fresh.push(parameter.name);
      return tf.tensor(initialValues(parameter, seed, FAMILY), [...parameter.shape]);
    },
  });
  const taken = Object.keys(parameters).length - fresh.length;
  const parts = `${taken} tensors from ${settings.from}; ${fresh.length} of queries and heads start afresh`;
  return { config, parameters, description: `${describeClassifier(config)}\nWeights: ${parts}` };
}

/** A line about a classifier. */
export function describeClassifier(config: GlueClassifierConfig): string {
  const count = parameterCount(declareParameters(glueClassifier(config))).toLocaleString('en-US');
  const { encoder, maxPositions, inputs = 'bytes', tasks, queries } = config;
  return `Perceiver IO: ${count} parameters; ${encoder.numLatents} latents x ${encoder.latentChannels} channels on ${maxPositions} ${inputs}; ${queries} query for ${tasks.join(', ')}`;
}

import { initializeParameters, type ParameterDeclaration } from 'perceiver-core';
import type { ModelKind } from 'perceiver-inference';
import {
  type BertConfig,
  type BertSequenceClassifierConfig,
  bertConfigFromHub,
  bertSequenceClassifierConfigFromHub,
} from '../bert/bert-config.js';
import { type BertMaskedLanguageModel, bertMaskedLanguageModel } from '../bert/bert-masked-language-model.js';
import { type BertSequenceClassifier, bertSequenceClassifier } from '../bert/bert-sequence-classifier.js';

const TIED: Readonly<Record<string, string>> = {
  'bert.embeddings.word_embeddings.weight': 'cls.predictions.decoder.weight',
  'cls.predictions.bias': 'cls.predictions.decoder.bias',
};

/**
 * Names that checkpoints of BERT give a parameter where they lack its own: the other end of tied weights, `gamma` and `beta` of
 * checkpoints that were converted from TensorFlow, and without `bert.` those of a BERT that was saved without a head.
 */
export function otherBertNames(name: string): string[] {
  const names = [name, ...(TIED[name] === undefined ? [] : [TIED[name]])];
  const older = names.map((one) =>
    one.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta'),
  );
  const bare = [...names, ...older].filter((one) => one.startsWith('bert.')).map((one) => one.slice('bert.'.length));
  return [...new Set([...names, ...older, ...bare])].slice(1);
}

/** How BERT's masked language model is opened from a checkpoint. */
export const bertMaskedLanguageKind: ModelKind<BertConfig, BertMaskedLanguageModel> = {
  parseConfig: bertConfigFromHub,
  build: bertMaskedLanguageModel,
  otherNames: otherBertNames,
};

/** How BERT's classifier is opened from its own checkpoint. */
export const bertSequenceClassifierKind: ModelKind<BertSequenceClassifierConfig, BertSequenceClassifier> = {
  parseConfig: bertSequenceClassifierConfigFromHub,
  build: bertSequenceClassifier,
  otherNames: otherBertNames,
};

/**
 * How a BERT of any head is opened to be fine-tuned as a classifier: the classifier, and the pooler where the checkpoint has none, start
 * from random numbers.
 *
 * @param numLabels classes; 1 for regression
 */
export function bertFineTuningKind(
  numLabels: number,
  { seed = 0 }: { readonly seed?: number } = {},
): ModelKind<BertSequenceClassifierConfig, BertSequenceClassifier> {
  const start = (parameter: ParameterDeclaration) => initializeParameters([parameter], seed)[parameter.name];
  return {
    ...bertSequenceClassifierKind,
    parseConfig: (json) => ({ ...bertSequenceClassifierConfigFromHub(json), numLabels }),
    make: (parameter) =>
      parameter.name.startsWith('classifier.') || parameter.name.startsWith('bert.pooler.')
        ? start(parameter)
        : undefined,
  };
}

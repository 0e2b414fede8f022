import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { openModel } from 'perceiver-inference';
import type { GlueTaskName } from '../glue/glue-task.js';
import { type LabelledClassifierConfig, parseClassifierConfig } from '../load/classifier-config.js';
import { isGlueConfig, parseGlueConfig } from '../load/glue-config.js';
import { type GlueClassifierConfig, glueClassifier } from '../model/glue-classifier.js';
import { sequenceClassifier } from '../model/sequence-classifier.js';
import { type ClassifiedText, glueClassificationPredictor } from '../predict/glue-classification.js';
import { sequenceClassificationPredictor } from '../predict/sequence-classification.js';

/** A classifier of either kind. */
export interface OpenedClassifier {
  classify(texts: readonly [string] | readonly [string, string], task?: GlueTaskName): Promise<ClassifiedText>;
  dispose(): Promise<void>;
}

/** Opens a classifier of `train-text glue`, of Hugging Face or of the `perceiver-io` package. */
export async function openClassifier(idOrPath: string, options: LoadPretrainedOptions): Promise<OpenedClassifier> {
  const { config, parameters } = await openModel(
    idOrPath,
    {
      parseConfig: (json): { glue: GlueClassifierConfig } | { sequence: LabelledClassifierConfig } =>
        isGlueConfig(json) ? { glue: parseGlueConfig(json) } : { sequence: parseClassifierConfig(json) },
      build: (either) => ('glue' in either ? glueClassifier(either.glue) : sequenceClassifier(either.sequence)),
    },
    options,
  );
  if ('glue' in config) {
    const predictor = glueClassificationPredictor(config.glue, parameters);
    return {
      classify: async (texts, task) =>
        (await predictor.classify([texts.length === 1 ? texts[0] : texts], { task }))[0]!,
      dispose: () => predictor.dispose(),
    };
  }
  const predictor = sequenceClassificationPredictor(config.sequence, parameters);
  return {
    classify: async (texts) => ({ labels: await predictor.classify(texts.length === 1 ? texts[0] : texts) }),
    dispose: () => predictor.dispose(),
  };
}

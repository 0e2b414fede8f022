import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { openModel } from 'perceiver-inference';
import { filesOfTokenizers, modelTokenizer } from 'perceiver-tokenizers';
import { isGlueConfig, parseGlueConfig } from '../load/glue-config.js';
import { parseMaskedConfig } from '../load/masked-config.js';
import { type GlueClassifierConfig, glueClassifier } from '../model/glue-classifier.js';
import { type MaskedLanguageModelConfig, maskedLanguageModel } from '../model/masked-language-model.js';
import { glueClassificationPredictor } from '../predict/glue-classification.js';
import { maskedLanguagePredictor } from '../predict/masked-language.js';
import type { TextEncoder } from '../predict/text-encoder.js';

/** Opens what embeds texts: a masked language model, or a classifier of `train-text glue`. */
export async function openEncoder(idOrPath: string, options: LoadPretrainedOptions): Promise<TextEncoder> {
  const { config, parameters, files } = await openModel(
    idOrPath,
    {
      parseConfig: (json): { glue: GlueClassifierConfig } | { masked: MaskedLanguageModelConfig } =>
        isGlueConfig(json) ? { glue: parseGlueConfig(json) } : { masked: parseMaskedConfig(json) },
      build: (either) => ('glue' in either ? glueClassifier(either.glue) : maskedLanguageModel(either.masked)),
    },
    { ...options, optionalFiles: filesOfTokenizers },
  );
  if ('glue' in config) return glueClassificationPredictor(config.glue, parameters);
  const { vocabSize } = config.masked;
  return maskedLanguagePredictor(config.masked, parameters, await modelTokenizer(idOrPath, { vocabSize, files }));
}

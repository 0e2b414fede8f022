import { checkModelOptions, modelOptions, predictCommand, pretrainedOptions } from 'perceiver-inference';
import { UsageError } from 'perceiver-training/node';
import { z } from 'zod';
import { GLUE_TASK_NAMES, type GlueTaskName } from '../glue/glue-task.js';
import type { GlueClassifierConfig } from '../model/glue-classifier.js';
import { languagePerceiverTiny } from '../model/presets/language-perceiver-tiny.js';
import { PerceiverForGlueClassification } from '../predict/glue-classification.js';
import { type OpenedClassifier, openClassifier } from './open-classifier.js';

/** `perceiver-text classify`. */
export const classifyCommand = predictCommand({
  name: 'classify',
  summary: 'says which class a text is of, by a fine-tuned classifier',
  arguments: [
    { name: 'TEXT', description: 'what to classify' },
    { name: 'SECOND', description: 'a second text, for classifiers of pairs', optional: true },
  ],
  schema: z.strictObject({
    ...modelOptions,
    task: z.enum(GLUE_TASK_NAMES).optional().describe('which task of a model that has several'),
    topK: z.int().min(1).optional().describe('classes to show (default: all)'),
  }),
  async run({ arguments: [text = '', second], settings, output, signal }) {
    checkModelOptions(settings);
    const { model, randomWeights, task, topK } = settings;
    const classifier =
      model === undefined
        ? smallClassifier(task ?? 'sst2', randomWeights!)
        : await openClassifier(model, pretrainedOptions(settings, { signal }));
    try {
      const { labels, score } = await classifier
        .classify(second === undefined ? [text] : [text, second], task)
        .catch((error: Error) => {
          throw error instanceof RangeError ? new UsageError(error.message) : error;
        });
      const classes = labels.slice(0, topK);
      if (score !== undefined) output.text(`score ${score.toFixed(3)}\n`);
      for (const { label, probability } of classes) {
        output.text(`${(100 * probability).toFixed(1).padStart(5)}%  ${label}\n`);
      }
      output.record({ classes: classes.map((one) => ({ ...one })), ...(score === undefined ? {} : { score }) });
    } finally {
      await classifier.dispose();
    }
  },
});

/** A small classifier of random weights. */
function smallClassifier(task: GlueTaskName, seed: number): OpenedClassifier {
  const { vocabSize, maxPositions, modelChannels, encoder } = languagePerceiverTiny;
  const config: GlueClassifierConfig = {
    tasks: [task],
    queries: 'single-task',
    vocabSize,
    maxPositions,
    modelChannels,
    encoder,
  };
  const predictor = PerceiverForGlueClassification.fromRandomWeights(config, seed);
  return {
    classify: async (texts) => (await predictor.classify([texts.length === 1 ? texts[0] : texts]))[0]!,
    dispose: () => predictor.dispose(),
  };
}

import { checkModelOptions, modelOptions, predictCommand, pretrainedOptions } from 'perceiver-inference';
import { z } from 'zod';
import { languagePerceiverTiny } from '../model/presets/language-perceiver-tiny.js';
import { PerceiverForSequenceClassification } from '../predict/sequence-classification.js';

/** Size of a model of random weights. */
const SMALL = { ...languagePerceiverTiny, decoder: undefined, numLabels: 2, labels: ['LABEL_0', 'LABEL_1'] };

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
    topK: z.int().min(1).optional().describe('classes to show (default: all)'),
  }),
  async run({ arguments: [text = '', second], settings, output, signal }) {
    checkModelOptions(settings);
    const { model, randomWeights, topK } = settings;
    const predictor =
      model === undefined
        ? PerceiverForSequenceClassification.fromRandomWeights(SMALL, randomWeights!)
        : await PerceiverForSequenceClassification.fromPretrained(model, pretrainedOptions(settings, { signal }));
    try {
      const classes = await predictor.classify(second === undefined ? text : [text, second]);
      for (const { label, probability } of classes.slice(0, topK)) {
        output.text(`${(100 * probability).toFixed(1).padStart(5)}%  ${label}\n`);
      }
      output.record({ classes: classes.slice(0, topK).map((one) => ({ ...one })) });
    } finally {
      await predictor.dispose();
    }
  },
});

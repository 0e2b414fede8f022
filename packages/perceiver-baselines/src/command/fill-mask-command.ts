import { checkModelOptions, modelOptions, predictCommand, pretrainedOptions } from 'perceiver-inference';
import { modelTokenizer } from 'perceiver-tokenizers';
import { z } from 'zod';
import { bertPresets } from '../bert/presets/bert-presets.js';
import { type BertFilledMasks, BertForMaskedLanguageModel } from '../predict/bert-masked-language.js';

const presets = Object.keys(bertPresets) as (keyof typeof bertPresets)[];

/** `perceiver-baselines fill-mask`. */
export const fillMaskCommand = predictCommand({
  name: 'fill-mask',
  summary: 'predicts with BERT what stands in place of [MASK]',
  arguments: [{ name: 'TEXT', description: 'a text with [MASK] in it; each [MASK] stands for one token' }],
  schema: z.strictObject({
    ...modelOptions,
    preset: z.enum(presets).default('bert-bytes').describe('size of a model of random weights'),
    tokenizer: z
      .string()
      .optional()
      .describe('tokenizer.json, SentencePiece .model or vocab.txt (default: what lies beside the weights)'),
    topK: z.int().min(1).default(5).describe('suggestions for each mask'),
  }),
  async run({ arguments: [text = ''], settings, output, signal }) {
    checkModelOptions(settings);
    const { model, randomWeights, preset, tokenizer, topK } = settings;
    const config = bertPresets[preset];
    const predictor =
      model === undefined
        ? BertForMaskedLanguageModel.fromRandomWeights(
            config,
            await modelTokenizer(`preset ${preset}`, { vocabSize: config.vocabSize, given: tokenizer }),
            randomWeights!,
          )
        : await BertForMaskedLanguageModel.fromPretrained(model, {
            ...pretrainedOptions(settings, { signal }),
            ...(tokenizer === undefined ? {} : { tokenizer }),
          });
    try {
      const filled = await predictor.fillMask(text, { topK });
      output.text(`${describeFilled(filled)}\n`);
      output.record({ text: filled.text, masks: filled.masks.map((mask) => mask.map((one) => ({ ...one }))) });
    } finally {
      await predictor.dispose();
    }
  },
});

function describeFilled({ text, masks }: BertFilledMasks): string {
  const lines = masks.flatMap((suggestions, index) => [
    '',
    `mask ${index + 1}:`,
    ...suggestions.map(
      ({ text: suggestion, probability }) =>
        `  ${(100 * probability).toPrecision(3).padStart(9)}%  ${JSON.stringify(suggestion)}`,
    ),
  ]);
  return [text, ...lines].join('\n');
}

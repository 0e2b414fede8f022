import { checkModelOptions, modelOptions, predictCommand, pretrainedOptions } from 'perceiver-inference';
import { byteTokenizer, modelTokenizer } from 'perceiver-tokenizers';
import { z } from 'zod';
import { maskedLanguageModelPresets } from '../model/presets/masked-presets.js';
import { type FilledMasks, PerceiverForMaskedLanguageModel } from '../predict/masked-language.js';
import { presetNames } from './preset-names.js';

/** `perceiver-text fill-mask`. */
export const fillMaskCommand = predictCommand({
  name: 'fill-mask',
  summary: 'predicts what stands in place of [MASK]',
  arguments: [{ name: 'TEXT', description: 'a text with [MASK] in it; each [MASK] stands for one byte, or token' }],
  schema: z.strictObject({
    ...modelOptions,
    preset: z.enum(presetNames).default('language-perceiver-io-base').describe('size of a model of random weights'),
    topK: z.int().min(1).default(5).describe('suggestions for each run of masks'),
    bytesPerMask: z.int().min(1).default(1).describe('bytes, or tokens, that each [MASK] stands for'),
    tokenizer: z
      .string()
      .optional()
      .describe(
        'SentencePiece .model, tokenizer.json or vocab.txt (default: what lies beside the weights, else bytes)',
      ),
  }),
  async run({ arguments: [text = ''], settings, output, signal }) {
    checkModelOptions(settings);
    const { model, randomWeights, preset, topK, bytesPerMask, tokenizer } = settings;
    const config = maskedLanguageModelPresets[preset];
    const predictor =
      model === undefined
        ? PerceiverForMaskedLanguageModel.fromRandomWeights(
            config,
            randomWeights!,
            await modelTokenizer(`preset ${preset}`, { vocabSize: config.vocabSize, given: tokenizer }),
          )
        : await PerceiverForMaskedLanguageModel.fromPretrained(model, {
            ...pretrainedOptions(settings, { signal }),
            ...(tokenizer === undefined ? {} : { tokenizer }),
          });
    try {
      signal.throwIfAborted();
      const filled = await predictor.fillMask(text, { topK, bytesPerMask });
      output.text(`${describeFilled(filled, predictor.tokenizer === byteTokenizer ? 'byte' : 'token')}\n`);
      output.record({ ...filled });
    } finally {
      await predictor.dispose();
    }
  },
});

function describeFilled({ text, masks }: FilledMasks, unit: string): string {
  const lines = masks.flatMap(({ bytes, suggestions }, index) => [
    '',
    `mask ${index + 1}, ${bytes} ${unit}${bytes === 1 ? '' : 's'}:`,
    ...suggestions.map(({ text: suggestion, probability }) => {
      return `  ${(100 * probability).toPrecision(3).padStart(9)}%  ${JSON.stringify(suggestion)}`;
    }),
  ]);
  return [text, ...lines].join('\n');
}

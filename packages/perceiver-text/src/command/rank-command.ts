import { checkModelOptions, modelOptions, predictCommand, pretrainedOptions } from 'perceiver-inference';
import { z } from 'zod';
import { maskedLanguageModelPresets } from '../model/presets/masked-presets.js';
import { PerceiverForMaskedLanguageModel } from '../predict/masked-language.js';
import type { TextLimit } from '../predict/text-encoder.js';
import { type RankedLines, rankLines } from '../search/rank-lines.js';
import { openEncoder } from './open-encoder.js';
import { presetNames } from './preset-names.js';

/** `perceiver-text rank`. */
export const rankCommand = predictCommand({
  name: 'rank',
  summary: "ranks a file's lines by similarity to a query",
  arguments: [{ name: 'FILE', description: 'a text file, one text a line' }],
  schema: z.strictObject({
    ...modelOptions,
    preset: z.enum(presetNames).default('language-perceiver-io-base').describe('size of a model of random weights'),
    query: z.string().min(1).describe('what to look for'),
    topK: z.int().min(1).max(100_000).default(10).describe('lines to print'),
    batchSize: z.int().min(1).default(16).describe('lines that run at once'),
  }),
  async run({ arguments: [file = ''], settings, output, signal }) {
    checkModelOptions(settings);
    const { model, randomWeights, preset, query, topK, batchSize } = settings;
    const predictor =
      model === undefined
        ? PerceiverForMaskedLanguageModel.fromRandomWeights(maskedLanguageModelPresets[preset], randomWeights!)
        : await openEncoder(model, pretrainedOptions(settings, { signal }));
    const isTerminal = process.stderr.isTTY;
    try {
      const ranked = await rankLines(predictor, file, query, {
        topK,
        batchSize,
        signal,
        onProgress: (lines) => {
          if (isTerminal) process.stderr.write(`\r${lines.toLocaleString('en')} lines`);
        },
      });
      if (isTerminal) process.stderr.write('\n');
      output.text(describeRanked(ranked, predictor.limit));
      for (const hit of ranked.hits) output.record({ ...hit });
    } finally {
      await predictor.dispose();
    }
  },
});

function describeRanked({ hits, compared, cut }: RankedLines, { unit, count }: TextLimit): string {
  const width = String(Math.max(...hits.map(({ line }) => line))).length;
  const rows = hits.map(({ score, line, text }) => {
    return `${score.toFixed(4).padStart(7)}  ${String(line).padStart(width)}  ${text.trim()}\n`;
  });
  const shortened = cut === 0 ? '' : `, ${cut} of them by their first ${count} ${unit}s`;
  return `${rows.join('')}of ${compared} lines${shortened}\n`;
}

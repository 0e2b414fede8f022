import { declareParameters, parameterCount } from 'perceiver-core';
import {
  maskedBatches,
  maskedBigram,
  maskedBits,
  maskedConfigText,
  maskedLanguageLoss,
  maskedLanguageModel,
  maskedUnigram,
  maskedWindows,
  VOCABULARY_SIZE,
} from 'perceiver-text';
import {
  budgetOf,
  type CommandContext,
  formatDuration,
  quote,
  recordFinal,
  savedLines,
  startEngine,
} from 'perceiver-training/node';
import { perceiverTextCommand, trainTextCommand } from '../shared/commands.js';
import { openTextData } from '../shared/text-data.js';
import { trainingRun } from '../shared/training-run.js';
import { type MlmSettings, mlmModelConfig } from './config.js';
import { initialParameters } from './initial-parameters.js';
import { textTokens } from './text-tokens.js';

/** Trains a masked language model and measures it on held-out text. */
export async function trainMlm(context: CommandContext<MlmSettings>): Promise<void> {
  const { config: settings, options, progress, print } = context;
  const { training, evaluation } = settings;
  const { seed } = options;
  progress.message(await startEngine(options));
  const read = await openTextData(settings.data, settings.model.maxPositions);
  progress.message(read.description);
  const { train: text, heldOut, vocabulary, files } = await textTokens(settings, read);
  const unit = vocabulary === undefined ? 'byte' : 'token';

  const config = mlmModelConfig(settings);
  const model = maskedLanguageModel(config);
  const declaration = declareParameters(model);
  progress.message(describeModel(settings, parameterCount(declaration)));
  const length = config.maxPositions;
  const { batchSize, shortContexts } = training;
  const masking = { ...settings.masking, vocabulary };
  const data = maskedBatches(text, { batchSize, length, seed, shortContexts, ...masking });
  const bits = maskedBits(model, heldOut);
  await trainingRun(context, {
    command: 'mlm',
    training,
    budget: budgetOf(training),
    files: { 'config.json': maskedConfigText(config), ...files },
    loss: maskedLanguageLoss(model),
    parameters: () => initialParameters(training, config, declaration, seed),
    data,
    evaluation: {
      everySeconds: evaluation.everySeconds,
      atEnd: false,
      run: async (parameters) => ({ ...(await bits.measure(parameters, { ...masking, ...evaluation })) }),
    },
    end: async (result, run) => {
      const figures = await bits.measure(result.parameters, { ...masking, batchSize: evaluation.batchSize });
      await recordFinal(run.recorder, result, { ...figures });
      // Streamed text is not counted.
      const windows = maskedWindows(heldOut, length, masking);
      const unigram = 'bytes' in text ? maskedUnigram(text.bytes, windows) : undefined;
      const bigram = 'bytes' in text ? maskedBigram(text.bytes, windows, length) : undefined;
      const row = (
        name: string,
        { bitsPerMaskedByte, accuracy }: Pick<typeof figures, 'bitsPerMaskedByte' | 'accuracy'>,
      ) => `  ${name.padEnd(24)} ${bitsPerMaskedByte.toFixed(3)} bits  ${(100 * accuracy).toFixed(1)}% right`;
      const after = `after ${result.step.toLocaleString('en-US')} steps in ${formatDuration(result.seconds)}`;
      const lines = [
        '',
        `Hidden ${unit}s of held-out text:`,
        '',
        ...(unigram ? [row('how often bytes occur', unigram)] : []),
        ...(bigram ? [row('bytes on both sides', bigram)] : []),
        `${row('Perceiver IO', figures)}  ${after}`,
        `  ${(100 * figures.wordAccuracy).toFixed(1)}% of the hidden words are right to the last ${unit}`,
      ];
      print(lines.join('\n'), {
        event: 'result',
        ...figures,
        unigram,
        bigram,
        step: result.step,
        seconds: result.seconds,
      });
      return {
        plot: {
          trainFactor: 1 / Math.LN2,
          title: `Perceiver IO on ${settings.data.text.join(', ')}`,
          evaluation: 'bitsPerMaskedByte',
          yLabel: `bits per hidden ${unit}`,
          references:
            unigram && bigram
              ? [
                  { label: 'byte frequencies', value: unigram.bitsPerMaskedByte },
                  { label: 'bytes on both sides', value: bigram.bitsPerMaskedByte },
                ]
              : undefined,
        },
        next: ({ out, checkpoint, plot }) =>
          [
            ...savedLines(out, checkpoint, plot),
            '',
            'Next:',
            `  ${perceiverTextCommand()} fill-mask 'Call me [MASK].'${unit === 'byte' ? ' --bytes-per-mask 7' : ''} --model ${quote(out)}`,
            `  ${trainTextCommand()} mlm --help`,
          ].join('\n'),
      };
    },
    close: async () => {
      await bits.dispose();
      await data.close();
    },
  });
}

/** A line about a model. */
export function describeModel({ model }: MlmSettings, parameters: number): string {
  const { vocabSize, maxPositions, numLatents, latentChannels, numSelfAttendsPerBlock, numBlocks } = model;
  const unit = vocabSize === VOCABULARY_SIZE ? 'bytes' : 'tokens';
  const count = parameters.toLocaleString('en-US');
  return `Perceiver IO: ${count} parameters; ${numLatents} latents x ${latentChannels} channels on ${maxPositions} ${unit}, ${numBlocks} x ${numSelfAttendsPerBlock} self-attends`;
}

import * as tf from '@tensorflow/tfjs';
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
import { type TrainResult, train } from 'perceiver-training';
import {
  budgetOf,
  type CommandContext,
  formatDuration,
  lastCheckpoint,
  openRunDirectory,
  optimizerOf,
  quote,
  recordFinal,
  reportStopped,
  savedLines,
  startEngine,
  writeRunPlot,
} from 'perceiver-training/node';
import { perceiverTextCommand, trainTextCommand } from '../shared/commands.js';
import { openTextData } from '../shared/text-data.js';
import { type MlmSettings, mlmModelConfig } from './config.js';
import { initialParameters } from './initial-parameters.js';
import { textTokens } from './text-tokens.js';

/** Trains a masked language model and measures it on held-out text. */
export async function trainMlm(context: CommandContext<MlmSettings>): Promise<void> {
  const { config: settings, options, resolved, progress, print, signal } = context;
  const { training, evaluation } = settings;
  const { seed, out, resume } = options;
  progress.message(await startEngine(options));
  const read = await openTextData(settings.data, settings.model.maxPositions);
  progress.message(read.description);
  const { train: text, heldOut, vocabulary, files } = await textTokens(settings, read);
  const unit = vocabulary === undefined ? 'byte' : 'token';

  const config = mlmModelConfig(settings);
  const model = maskedLanguageModel(config);
  const declaration = declareParameters(model);
  progress.message(describeModel(settings, parameterCount(declaration)));
  const run = await openRunDirectory(out, {
    config: resolved,
    resume,
    files: { 'config.json': maskedConfigText(config), ...files },
  });
  const length = config.maxPositions;
  const { batchSize, shortContexts } = training;
  const masking = { ...settings.masking, vocabulary };
  const data = maskedBatches(text, { batchSize, length, seed, shortContexts, ...masking });
  const bits = maskedBits(model, heldOut);
  let result: TrainResult | undefined;
  try {
    result = await train({
      loss: maskedLanguageLoss(model),
      parameters: initialParameters(training, config, declaration, seed),
      optimizer: optimizerOf(training),
      data,
      budget: budgetOf(training),
      accumulate: training.accumulate,
      seed,
      checkpoint: { everySeconds: training.checkpointSeconds },
      evaluation: {
        everySeconds: evaluation.everySeconds,
        atEnd: false,
        run: async (parameters) => ({ ...(await bits.measure(parameters, { ...masking, ...evaluation })) }),
      },
      recorders: [progress, run.recorder],
      resume: run.resume,
      signal,
    });
    progress.close();
    if (result.stopped === 'signal') {
      reportStopped(`${trainTextCommand()} mlm`, result, context);
      return;
    }
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
    const plot = await writeRunPlot(run, {
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
    });
    const checkpoint = await lastCheckpoint(run);
    const saved = [
      ...savedLines(out, checkpoint, plot),
      '',
      'Next:',
      `  ${perceiverTextCommand()} fill-mask 'Call me [MASK].'${unit === 'byte' ? ' --bytes-per-mask 7' : ''} --model ${quote(out)}`,
      `  ${trainTextCommand()} mlm --help`,
    ];
    print(saved.join('\n'), { event: 'saved', out, checkpoint, plot });
  } finally {
    await bits.dispose();
    await data.close();
    await run.close();
    tf.dispose(result?.parameters ?? {});
  }
}

/** A line about a model. */
export function describeModel({ model }: MlmSettings, parameters: number): string {
  const { vocabSize, maxPositions, numLatents, latentChannels, numSelfAttendsPerBlock, numBlocks } = model;
  const unit = vocabSize === VOCABULARY_SIZE ? 'bytes' : 'tokens';
  const count = parameters.toLocaleString('en-US');
  return `Perceiver IO: ${count} parameters; ${numLatents} latents x ${latentChannels} channels on ${maxPositions} ${unit}, ${numBlocks} x ${numSelfAttendsPerBlock} self-attends`;
}

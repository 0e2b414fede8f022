import * as tf from '@tensorflow/tfjs';
import { declareParameters, initializeParameters, parameterCount } from 'perceiver-core';
import {
  causalBatches,
  causalBits,
  causalConfigText,
  causalLanguageLoss,
  causalLanguageModel,
  causalLanguagePredictor,
  nGramBits,
} from 'perceiver-text';
import { budgetOf, type CommandContext, recordFinal, startEngine } from 'perceiver-training/node';
import { openTextData } from '../shared/text-data.js';
import { trainingRun } from '../shared/training-run.js';
import { type ClmSettings, clmModelConfig } from './config.js';
import { nextSteps, resultTable } from './report.js';
import { indent, writeSample } from './write-sample.js';

/** Trains a causal language model, shows it writing, and measures it on held-out text. */
export async function trainClm(context: CommandContext<ClmSettings>): Promise<void> {
  const { config: settings, options, progress, print } = context;
  const { model: size, training, samples, evaluation } = settings;
  const { seed } = options;
  progress.message(await startEngine(options));
  const { train: text, heldOut, description } = await openTextData(settings.data, size.maxSeqLen + 1);
  progress.message(description);

  const config = clmModelConfig(settings);
  const model = causalLanguageModel(config);
  const declaration = declareParameters(model);
  progress.message(describeModel(settings, parameterCount(declaration)));
  const family = { family: 'variance-scaling' } as const;
  const trained = declaration.filter(({ trainable }) => trainable);
  const buffers = initializeParameters(
    declaration.filter(({ trainable }) => !trainable),
    seed,
    family,
  );
  let current: Record<string, tf.Tensor> = {};
  const predictor = causalLanguagePredictor(config, () => ({ ...current, ...buffers }));
  const data = causalBatches(text, {
    batchSize: training.batchSize,
    maxSeqLen: size.maxSeqLen,
    maxLatents: size.maxLatents,
    seed,
    shortContextShare: training.shortContextShare,
  });
  const bits = causalBits(model, declaration, heldOut);
  await trainingRun(context, {
    command: 'clm',
    training,
    budget: budgetOf(training),
    files: { 'config.json': causalConfigText(config) },
    loss: causalLanguageLoss(model, declaration),
    parameters: () => initializeParameters(trained, seed, family),
    data,
    evaluation: {
      everySeconds: samples.everySeconds,
      atEnd: false,
      run: async (parameters, { step }) => {
        current = parameters;
        const { prompt, length } = samples;
        const sample = await writeSample(predictor, { prompt, length, temperature: 0.8, seed: seed + step });
        progress.message(`\nIt writes at step ${step}:\n${indent(sample)}`);
        const { batchSize, maxWindows } = evaluation;
        return { bitsPerByte: await bits.measure(parameters, { batchSize, maxWindows }) };
      },
    },
    end: async (result, run) => {
      current = result.parameters;
      const bitsPerByte = await bits.measure(current, { batchSize: evaluation.batchSize });
      await recordFinal(run.recorder, result, { bitsPerByte });
      // Streamed text is not counted: n-grams are for what fits in memory.
      const nGrams = 'bytes' in text ? nGramBits(text.bytes, heldOut) : undefined;
      print(resultTable({ bitsPerByte, nGrams, heldOutBytes: heldOut.length, result }), {
        event: 'result',
        bitsPerByte,
        nGrams,
        heldOutBytes: heldOut.length,
        step: result.step,
        seconds: result.seconds,
      });
      for (const temperature of samples.temperatures) {
        const { prompt, finalLength: length } = samples;
        const sample = await writeSample(predictor, { prompt, length, temperature, seed });
        print(`\nIt writes at temperature ${temperature}:\n${indent(sample)}`, {
          event: 'sample',
          temperature,
          text: sample,
        });
      }
      return {
        plot: {
          trainFactor: 1 / Math.LN2,
          title: `Perceiver AR on ${settings.data.text.join(', ')}`,
          evaluation: 'bitsPerByte',
          yLabel: 'bits per byte',
          references: nGrams && [
            { label: 'bigram', value: nGrams.bigram },
            { label: 'trigram', value: nGrams.trigram },
            { label: '4-gram', value: nGrams.fourGram },
          ],
        },
        next: (saved) => nextSteps({ ...saved, budget: budgetOf(training) }),
      };
    },
    close: async () => {
      await predictor.dispose();
      await bits.dispose();
      await data.close();
      tf.dispose(buffers);
    },
  });
}

/** A line about a model. */
export function describeModel({ model }: ClmSettings, parameters: number): string {
  const { maxSeqLen, maxLatents, numChannels, numSelfAttentionLayers } = model;
  const count = parameters.toLocaleString('en-US');
  return `Perceiver AR: ${count} parameters; ${maxLatents} latents x ${numChannels} channels on ${maxSeqLen} bytes, ${numSelfAttentionLayers} self-attends`;
}

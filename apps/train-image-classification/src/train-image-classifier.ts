import * as tf from '@tensorflow/tfjs';
import { declareParameters, initializeParameters } from 'perceiver-core';
import {
  type ClassifierFigures,
  classificationLoss,
  type EvaluateOptions,
  evaluateClassifier,
  imageClassifier,
  imageClassifierConfigText,
  imageClassifierPredictor,
  imageLogits,
} from 'perceiver-image-classification';
import { type TrainResult, train } from 'perceiver-training';
import {
  budgetOf,
  type CommandContext,
  lastCheckpoint,
  openRunDirectory,
  optimizerOf,
  recordFinal,
  reportStopped,
  startEngine,
} from 'perceiver-training/node';
import type { ImageTrainingSettings } from './config.js';
import { trainingBatches } from './data/training-batches.js';
import { openTrainingData } from './data/training-data.js';
import { describeModel } from './describe-model.js';
import { modelConfig } from './model-config.js';
import { collectPredictions } from './report/predictions.js';
import { writeReport } from './report/write-report.js';
import { corruptLines, nextSteps, resultLines } from './report-lines.js';

/** How the user starts this program. */
export const PROGRAM = 'train-image-classification';

/** Trains an image classifier, measures it on the held-out pictures, and reports. */
export async function trainImageClassifier(context: CommandContext<ImageTrainingSettings>): Promise<void> {
  const { config: settings, options, resolved, progress, print, signal } = context;
  const { training, evaluation } = settings;
  const { seed, out, resume } = options;
  const engine = await startEngine(options);
  progress.message(engine);
  const opened = await openTrainingData(settings);
  const { train: pictures, heldOut, format, processor, description } = opened;
  progress.message(description);

  const config = modelConfig(settings.model, format);
  const model = imageClassifier(config);
  const declaration = declareParameters(model);
  const summary = describeModel(config);
  progress.message(summary);
  const described = { model: config, labels: pictures.classes, processor };
  const family = { family: 'variance-scaling' } as const;
  const run = await openRunDirectory(out, {
    config: resolved,
    resume,
    files: { 'config.json': imageClassifierConfigText(described) },
  });
  const used = Math.min(pictures.size, settings.data.limit ?? pictures.size);
  const budget = budgetOf(withEpochs(training, used));
  const data = trainingBatches(pictures, processor, { ...settings, seed });
  const logits = imageLogits(model);
  const measure = (parameters: Record<string, tf.Tensor>, more: Pick<EvaluateOptions, 'limit' | 'onPicture'> = {}) =>
    evaluateClassifier(
      { description: described, logits: (pixels, shape) => logits.of(parameters, pixels, shape) },
      heldOut,
      { batchSize: evaluation.batchSize, ...more },
    );
  let result: TrainResult | undefined;
  try {
    result = await train({
      loss: classificationLoss(model, training),
      parameters: initializeParameters(
        declaration.filter(({ trainable }) => trainable),
        seed,
        family,
      ),
      buffers: initializeParameters(
        declaration.filter(({ trainable }) => !trainable),
        seed,
        family,
      ),
      optimizer: optimizerOf(training),
      data,
      budget,
      accumulate: training.accumulate,
      averageDecay: training.averageDecay,
      seed,
      checkpoint: { everySeconds: training.checkpointSeconds },
      evaluation: {
        everySeconds: evaluation.everySeconds,
        atEnd: false,
        bestBy: { metric: 'top1', higherIsBetter: true },
        run: async (parameters, { averaged }) => {
          const limit = evaluation.maxPictures;
          const figures = await measure(parameters, { limit });
          const pictures = figures.count;
          if (averaged === undefined) return { ...figuresOf(figures), pictures };
          return { ...figuresOf(figures), pictures, ...figuresOf(await measure(averaged, { limit }), 'Averaged') };
        },
      },
      recorders: [progress, run.recorder],
      resume: run.resume,
      signal,
    });
    progress.close();
    const corrupt = data.corrupt();
    if (corrupt.count > 0) progress.message(corruptLines(corrupt));
    if (result.stopped === 'signal') {
      reportStopped(PROGRAM, result, context);
      return;
    }
    const predictions = collectPredictions(format.numLabels);
    const figures = await measure(result.parameters, { onPicture: predictions.add });
    const averaged = result.averaged && (await measure(result.averaged));
    await recordFinal(run.recorder, result, {
      ...figuresOf(figures),
      pictures: figures.count,
      ...(averaged ? figuresOf(averaged, 'Averaged') : {}),
    });
    const { step, seconds } = result;
    print(resultLines({ figures, averaged, step, seconds }), {
      event: 'result',
      ...figures,
      averaged: averaged && { ...averaged },
      step,
      seconds,
    });
    const clones = Object.entries(result.parameters).map(([name, tensor]) => [name, tensor.clone()] as const);
    const predictor = imageClassifierPredictor(described, Object.fromEntries(clones));
    const written = await writeReport({
      run,
      dataset: settings.dataset,
      heldOut,
      labels: described.labels,
      predictor,
      predictions,
      figures,
      quick: evaluation.maxPictures,
      averaged,
      step,
      seconds,
      batchSize: training.batchSize * training.accumulate,
      engine,
      corrupt,
      data: description,
      model: summary,
      config: resolved,
    }).finally(() => predictor.dispose());
    const checkpoint = await lastCheckpoint(run);
    print(nextSteps({ out, checkpoint, dataset: settings.dataset, ...written }), {
      event: 'saved',
      out,
      checkpoint,
      ...written,
    });
  } finally {
    await logits.dispose();
    await Promise.all([data.close(), opened.close(), run.close()]);
    tf.dispose([result?.parameters ?? {}, result?.averaged ?? {}]);
  }
}

/** Settings whose epochs are turned into steps, at which training ends unless its steps or minutes end before. */
function withEpochs(training: ImageTrainingSettings['training'], pictures: number): ImageTrainingSettings['training'] {
  const { epochs, batchSize, accumulate, steps = Number.POSITIVE_INFINITY } = training;
  if (epochs === undefined) return training;
  return {
    ...training,
    steps: Math.min(steps, Math.max(1, Math.round((epochs * pictures) / (batchSize * accumulate)))),
  };
}

function figuresOf({ top1, top5, loss }: ClassifierFigures, suffix = '') {
  return { [`top1${suffix}`]: top1, [`top5${suffix}`]: top5, [`loss${suffix}`]: loss };
}

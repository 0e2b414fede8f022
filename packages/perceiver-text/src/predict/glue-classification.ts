import * as tf from '@tensorflow/tfjs';
import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { declareParameters, initializeParameters } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import type { GlueTaskName } from '../glue/glue-task.js';
import { glueTasks } from '../glue/glue-tasks.js';
import { parseGlueConfig } from '../load/glue-config.js';
import { type GlueClassifierConfig, glueClassifier } from '../model/glue-classifier.js';
import { gluePredictions } from '../task/glue-predictions.js';
import { glueTextEncoder, type TextEncoder } from './text-encoder.js';

export interface ClassifyGlueOptions {
  /** Which of the model's tasks; needed where it has several. */
  readonly task?: GlueTaskName;
  /** Texts at a time; 16 by default. */
  readonly batchSize?: number;
}

/** What a model says of a text, or of two. */
export interface ClassifiedText {
  /** Classes with their probabilities, most likely first; none for a score. */
  readonly labels: readonly { readonly label: string; readonly probability: number }[];
  /** Of a regression, such as how alike two texts are from 0 to 5. */
  readonly score?: number;
}

/** A classifier of texts with its weights. */
export interface GlueClassificationPredictor extends TextEncoder {
  readonly config: GlueClassifierConfig;
  /**
   * Classifies texts, or pairs of texts for a task on pairs.
   *
   * @throws RangeError for an unknown task, or a number of texts that does not fit it
   */
  classify(
    texts: readonly (string | readonly [string, string])[],
    options?: ClassifyGlueOptions,
  ): Promise<ClassifiedText[]>;
  dispose(): Promise<void>;
}

/** Makes a predictor from a configuration and parameters, which it takes over. */
export function glueClassificationPredictor(
  config: GlueClassifierConfig,
  parameters: Record<string, tf.Tensor>,
): GlueClassificationPredictor {
  const model = glueClassifier(config);
  const encoder = glueTextEncoder(config, parameters);
  const byBatch = new Map<number, ReturnType<typeof gluePredictions>>();
  return {
    config,
    limit: encoder.limit,
    encode: encoder.encode,
    async classify(texts, { task: wanted, batchSize = 16 } = {}) {
      const task = taskOf(config, wanted);
      const { labels, sentences } = glueTasks[task];
      const examples = texts.map((text) => ({ texts: typeof text === 'string' ? ([text] as const) : text }));
      const odd = examples.find((example) => example.texts.length !== sentences);
      if (odd !== undefined) {
        throw new RangeError(`classify: expected ${sentences} text(s) for ${task}, got ${odd.texts.length}`);
      }
      const size = Math.min(batchSize, Math.max(1, texts.length));
      const predictions = byBatch.get(size) ?? gluePredictions(model, { batchSize: size });
      byBatch.set(size, predictions);
      const rows = await predictions.logits(parameters, task, examples);
      return rows.map((logits): ClassifiedText => {
        if (labels === 'score') return { labels: [], score: logits[0]! };
        const highest = Math.max(...logits);
        const weights = logits.map((logit) => Math.exp(logit - highest));
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const named = weights.map((weight, index) => ({ label: labels[index]!, probability: weight / sum }));
        return { labels: named.sort((a, b) => b.probability - a.probability) };
      });
    },
    async dispose() {
      for (const predictions of byBatch.values()) await predictions.dispose();
      await encoder.dispose();
      tf.dispose(parameters);
    },
  };
}

function taskOf({ tasks }: GlueClassifierConfig, wanted: GlueTaskName | undefined): GlueTaskName {
  if (wanted === undefined && tasks.length === 1) return tasks[0]!;
  if (wanted !== undefined && tasks.includes(wanted)) return wanted;
  throw new RangeError(`classify: expected a task of ${tasks.join(', ')}, got ${wanted ?? 'none'}`);
}

/** Opens classifiers of texts. */
export const PerceiverForGlueClassification = {
  /**
   * Opens a classifier that `train-text glue` made, by the path of its run or of a checkpoint, or by a name on the Hugging Face hub.
   *
   * @throws CheckpointError and its kinds, ModelError
   */
  async fromPretrained(idOrPath: string, options: LoadPretrainedOptions = {}): Promise<GlueClassificationPredictor> {
    const kind = { parseConfig: parseGlueConfig, build: glueClassifier };
    const { config, parameters } = await openModel(idOrPath, kind, options);
    return glueClassificationPredictor(config, parameters);
  },

  /** A classifier of random weights: its answers mean nothing. */
  fromRandomWeights(config: GlueClassifierConfig, seed: number): GlueClassificationPredictor {
    return glueClassificationPredictor(config, initializeParameters(declareParameters(glueClassifier(config)), seed));
  },
};

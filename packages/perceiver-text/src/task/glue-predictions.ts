import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';
import { encodeExamples } from '../glue/encode-examples.js';
import type { GlueTaskName } from '../glue/glue-task.js';
import { glueTasks } from '../glue/glue-tasks.js';
import type { GlueExample } from '../glue/read-glue-file.js';
import { type GlueClassifier, glueOutputs } from '../model/glue-classifier.js';

/** Predicts classes and scores; keeps its compiled graphs. */
export interface GluePredictions {
  /** Logits of each example, `[n][outputs of the task]`. */
  logits(
    parameters: Record<string, tf.Tensor>,
    task: GlueTaskName,
    examples: readonly Pick<GlueExample, 'texts'>[],
  ): Promise<number[][]>;
  /** The class, or the score, of each example. */
  predict(
    parameters: Record<string, tf.Tensor>,
    task: GlueTaskName,
    examples: readonly Pick<GlueExample, 'texts'>[],
  ): Promise<number[]>;
  dispose(): Promise<void>;
}

/** Predictions of a classifier, `batchSize` (64) examples at a time. */
export function gluePredictions(model: GlueClassifier, { batchSize = 64 } = {}): GluePredictions {
  const { tasks } = model.config;
  const logitsOf = jit(
    (parameters: Record<string, tf.Tensor>, inputs: Record<string, tf.Tensor>) =>
      model.apply(bindParameters(parameters), inputs).logits,
    { name: 'glue predictions' },
  );
  const logits: GluePredictions['logits'] = async (parameters, task, examples) => {
    const taskId = tasks.indexOf(task);
    if (taskId < 0) throw new RangeError(`expected a task of ${tasks.join(', ')}, got ${task}`);
    const outputs = glueOutputs(task);
    // Near lengths together waste less on padding.
    const order = examples.map((_, i) => i).sort((a, b) => lengthOf(examples[a]!) - lengthOf(examples[b]!) || a - b);
    const rows: number[][] = new Array(examples.length);
    for (let at = 0; at < order.length; at += batchSize) {
      const batch = order.slice(at, at + batchSize);
      // The last batch is filled up, so that all have one shape.
      const texts = Array.from({ length: batchSize }, (_, i) => examples[batch[i] ?? batch[0]!]!.texts);
      const inputs = {
        ...encodeExamples(texts, model.config),
        taskIds: tf.fill([batchSize], taskId, 'int32'),
      };
      const result = await logitsOf(parameters, inputs);
      const values = (await result.array()) as number[][];
      for (const [row, example] of batch.entries()) rows[example] = values[row]!.slice(0, outputs);
      tf.dispose([inputs, result]);
    }
    return rows;
  };
  return {
    logits,
    async predict(parameters, task, examples) {
      const rows = await logits(parameters, task, examples);
      if (glueTasks[task].labels === 'score') return rows.map(([score]) => score!);
      return rows.map((row) => row.indexOf(Math.max(...row)));
    },
    dispose: () => logitsOf.dispose(),
  };
}

function lengthOf({ texts }: Pick<GlueExample, 'texts'>): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

// Training steps of a row of the GLUE table: masked language modelling of random tokens, plain gradient descent, which needs no more memory
// than weights and gradients.
import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, type ParameterDeclaration } from 'perceiver-core';
import { sgd } from 'perceiver-training';
import { selectEngine, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import { glueRows } from '../../glue/glue-rows.js';
import { repeat } from './repeat.js';
import { report, workerSettings } from './report.js';
import { trainingLoop } from './training-loop.js';

const { row, batch, threads, repeats } = workerSettings<{
  row: string;
  batch: number;
  threads: number;
  repeats: number;
}>();
await selectEngine('onnxruntime', { threads });
const { model, inputs, vocabSize } = glueRows.find(({ name }) => name === row)!;
const declaration = declareParameters(model);
const declared = new Map(declaration.map((entry) => [entry.name, entry]));
const ids = Int32Array.from({ length: batch * inputs }, (_, i) => (i * 37) % vocabSize);
const step = await trainingLoop({
  declaration,
  read: async (name) => startingValues(declared.get(name)!),
  loss: (parameters, { inputIds, labels }) => {
    const { logits } = model.apply(bindParameters(parameters), { inputIds });
    return softmaxCrossEntropy(logits.reshape([-1, vocabSize]), (labels as tf.Tensor).reshape([-1]));
  },
  optimizer: sgd({ learningRate: 1e-3 }),
  batch: {
    inputIds: tf.tensor2d(ids, [batch, inputs], 'int32'),
    labels: tf.tensor2d(ids, [batch, inputs], 'int32'),
  },
});
const losses: number[] = [];
const seconds = await repeat(
  async () => {
    losses.push(await step());
  },
  { warmup: 1, repeats },
);
report({ seconds, losses });

/** Numbers of the size that training starts from, without drawing hundreds of millions of them. */
function startingValues({ shape, initializer }: ParameterDeclaration): Float32Array {
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  if (initializer.constant !== undefined) return values.fill(initializer.constant);
  for (let i = 0; i < values.length; i++) values[i] = ((i * 37) % 101) / 2500 - 0.02;
  return values;
}

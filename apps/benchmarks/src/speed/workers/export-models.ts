// Exports functions as ONNX models, and writes beside them inputs and results at several batch sizes for peers/check_onnx.py.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { type TensorToWrite, writeSafetensors } from 'perceiver-checkpoints';
import { bindParameters, declareParameters, initializeParameters } from 'perceiver-core';
import { maskedLanguageModel, maskedLanguageModelPresets } from 'perceiver-text';
import { exportOnnx, flatten, gelu, jit, layerNorm, linear, selectEngine } from 'tfjs-backend-onnxruntime';
import { SMALL, smallPerceiver } from '../small-perceiver.js';
import { report, workerSettings } from './report.js';

const BATCHES = [1, 2, 5];

/** A function of weights and inputs, to be exported with its batch size open. */
interface Export {
  readonly name: string;
  readonly weights: Record<string, tf.Tensor>;
  readonly run: (weights: Record<string, tf.Tensor>, inputs: Record<string, tf.Tensor>) => tf.TensorContainer;
  readonly inputs: (batch: number) => Record<string, tf.Tensor>;
  /** Weights in a file of their own. */
  readonly external?: boolean;
}

const numbers = (shape: number[], scale = 1): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => scale * (((i * 37) % 101) / 50 - 1)),
    shape,
  );

function exports(): Export[] {
  const language = maskedLanguageModel(maskedLanguageModelPresets.tiny);
  const languageModel: Omit<Export, 'name'> = {
    weights: initializeParameters(declareParameters(language), 0),
    run: (weights, { inputIds, attentionMask }) => {
      const inputs = { inputIds: inputIds as tf.Tensor2D, attentionMask: attentionMask as tf.Tensor2D };
      return { logits: language.apply(bindParameters(weights), inputs).logits };
    },
    inputs: (batch) => {
      const shape: [number, number] = [batch, language.config.maxPositions];
      const ids = Int32Array.from({ length: batch * shape[1] }, (_, i) => 6 + ((i * 37) % 250));
      const mask = Int32Array.from({ length: batch * shape[1] }, (_, i) => (i % shape[1] < 100 ? 1 : 0));
      return { inputIds: tf.tensor2d(ids, shape, 'int32'), attentionMask: tf.tensor2d(mask, shape, 'int32') };
    },
  };
  return [
    {
      name: 'mlp',
      weights: {
        scale: numbers([16]),
        offset: numbers([16]),
        wide: numbers([32, 16], 0.3),
        narrow: numbers([4, 32], 0.3),
      },
      run: ({ scale, offset, wide, narrow }, { x }) => {
        const normed = layerNorm(x!, scale as tf.Tensor1D, offset as tf.Tensor1D);
        return tf.softmax(linear(gelu(linear(normed, wide as tf.Tensor2D), 'none'), narrow as tf.Tensor2D));
      },
      inputs: (batch) => ({ x: numbers([batch, 16]) }),
    },
    {
      name: 'convolution',
      weights: { kernel: numbers([3, 3, 3, 8], 0.2) },
      run: ({ kernel }, { image }) => {
        const features = tf.relu(tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, 2, 'same'));
        const pooled = tf.maxPool(features, 2, 2, 'valid');
        return { features: tf.image.resizeBilinear(pooled, [7, 5]), mean: pooled.mean([1, 2]) };
      },
      inputs: (batch) => ({ image: numbers([batch, 20, 24, 3]) }),
    },
    {
      name: 'perceiver',
      weights: initializeParameters(declareParameters(smallPerceiver), 0, { family: 'variance-scaling' }),
      run: (weights, { inputs }) => smallPerceiver.apply(bindParameters(weights), { inputs: inputs as tf.Tensor3D }),
      inputs: (batch) => ({ inputs: numbers([batch, SMALL.inputs, SMALL.channels]) }),
    },
    { name: 'masked-language-model', ...languageModel },
    { name: 'masked-language-model-external', external: true, ...languageModel },
  ];
}

async function toWrite(tensor: tf.Tensor): Promise<TensorToWrite> {
  const data = await tensor.data();
  const isInt = tensor.dtype === 'int32';
  return { dtype: isInt ? 'I32' : 'F32', shape: tensor.shape, data: data as Float32Array | Int32Array };
}

const { directory, threads } = workerSettings<{ directory: string; threads: number }>();
await selectEngine('onnxruntime', { threads });
const manifest = [];
for (const { name, weights, run, inputs, external = false } of exports()) {
  const exported = await exportOnnx(run, [weights, inputs(3)], {
    name,
    constants: [0],
    argumentNames: ['weights', ''],
    dynamicBatch: true,
    ...(external ? { externalAbove: 0 } : {}),
  });
  const model = `${name}.onnx`;
  await writeFile(join(directory, model), exported.model);
  if (exported.external)
    await writeFile(join(directory, exported.external.name), Buffer.concat(exported.external.parts));
  const compiled = jit(run, { name, constants: [0] });
  const cases = [];
  for (const batch of BATCHES) {
    const given = inputs(batch);
    const result = await compiled(weights, given);
    const file = `${name}.${batch}.safetensors`;
    const tensors: Record<string, TensorToWrite> = {};
    for (const [i, tensor] of flatten(given).tensors.entries())
      tensors[`input/${exported.inputNames[i]}`] = await toWrite(tensor);
    for (const [i, tensor] of flatten(result).tensors.entries())
      tensors[`output/${exported.outputNames[i]}`] = await toWrite(tensor);
    await writeSafetensors(join(directory, file), tensors);
    tf.dispose([given, result]);
    cases.push({ batch, file });
  }
  await compiled.dispose();
  manifest.push({ name, model, external: exported.external?.name ?? null, cases });
}
await writeFile(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
report({ models: manifest.map(({ name }) => name) });

import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters } from 'perceiver-core';
import {
  type ImageClassifierConfig,
  type ImageClassifierModel,
  imageClassifier,
  imageClassifierConfigFromHub,
} from 'perceiver-image-classification';
import { jit, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, loadParameters, type ModelCase } from '../check-model.js';
import {
  GRADIENT_LIMIT,
  largestOf,
  OUTPUT_LIMIT,
  type ParityRow,
  relativeDifference,
  rowCollector,
  toHost,
} from '../compare.js';
import { type Fixture, type HostTensor, toTensor } from '../fixture.js';

type Tensors = Record<string, tf.Tensor>;

/** The constants that a small fixture has in place of the class's own stand in meta.json, under the names that config.json may use. */
const configOf = ({ config, meta }: Fixture): ImageClassifierConfig =>
  imageClassifierConfigFromHub({ ...(config as object), ...(meta.arch as object) });

const loss: ModelCase['loss'] = ({ logits }, labels) =>
  softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D);

const setupOf = (config: ImageClassifierConfig): ModelCase => ({
  model: imageClassifier(config) as AnyModel,
  inputsOf: (_case, tensor) => ({ pixels: channelsLast(tensor('pixel_values')!) }),
  loss,
  intermediateName: (name) => (name === 'decoder_output' ? 'logits' : name),
});

/** Pictures of transformers are `[B, colours, H, W]`. */
const channelsLast = (pixels: tf.Tensor): tf.Tensor4D => tf.transpose(pixels as tf.Tensor4D, [0, 2, 3, 1]);

/** Batch norm in training: outputs, new running statistics, gradients (`train_mode.safetensors`). */
async function checkTraining(fixture: Fixture): Promise<ParityRow[]> {
  const config = configOf(fixture);
  const undropped = { ...config, encoder: { ...config.encoder, attentionDropout: 0 } };
  const setup = setupOf(undropped);
  const model = setup.model as ImageClassifierModel;
  const parameters = await loadParameters(fixture, setup);
  const { pixel_values, labels } = await fixture.read('inputs.safetensors');
  const expected = await fixture.read('train_mode.safetensors');
  const trained = declareParameters(model).filter(({ trainable }) => trainable);
  const names = trained.map(({ name }) => name);
  const step = jit((weights: Tensors, pixels: tf.Tensor4D, targets: tf.Tensor1D) => {
    let outputs: ReturnType<ImageClassifierModel['apply']> | undefined;
    const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => {
      const bound = { ...weights, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) };
      outputs = model.apply(bindParameters(bound), { pixels }, { training: true });
      for (const tensor of Object.values(outputs.buffers ?? {})) tf.keep(tensor);
      tf.keep(outputs.logits);
      return softmaxCrossEntropy(outputs.logits, targets);
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => weights[name]!));
    const gradients: Tensors = Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
    return { value, logits: outputs!.logits as tf.Tensor, buffers: outputs!.buffers as Tensors, gradients };
  });
  const result = await step(parameters, channelsLast(toTensor(pixel_values!)), toTensor(labels!) as tf.Tensor1D);
  await step.dispose();

  const collector = rowCollector();
  const reference = (name: string): HostTensor => {
    const found = expected[name];
    if (found === undefined) throw new Error(`${fixture.name}: train_mode.safetensors has no ${name}`);
    return found;
  };
  const { loss: expectedLoss } = fixture.meta.train_mode as { loss: number };
  const actualLoss = (await toHost(result.value)).values[0]!;
  collector.add('training loss', 'loss', Math.abs(actualLoss - expectedLoss) / expectedLoss, OUTPUT_LIMIT);
  collector.add(
    'training logits',
    'logits',
    relativeDifference(await toHost(result.logits), reference('logits')),
    OUTPUT_LIMIT,
  );
  for (const [name, tensor] of Object.entries(result.buffers)) {
    const difference = relativeDifference(await toHost(tensor), reference(`buffer.${name}`));
    collector.add('training running statistics', name, difference, OUTPUT_LIMIT);
  }
  const noise = new Set(fixture.meta.parameters_whose_gradient_is_rounding_noise as string[]);
  const scale = largestOf(Object.fromEntries(Object.entries(expected).filter(([name]) => name.startsWith('grad.'))));
  for (const [name, gradient] of Object.entries(result.gradients)) {
    const actual = await toHost(gradient);
    const difference = relativeDifference(actual, reference(`grad.${name}`), noise.has(name) ? scale : undefined);
    collector.add(
      noise.has(name) ? 'training gradient that is rounding noise, by the largest' : 'training gradient',
      name,
      difference,
      GRADIENT_LIMIT,
    );
  }
  return collector.rows();
}

/** Hugging Face's `PerceiverForImageClassification...`: Fourier, learned and convolutional. */
export const imageClassifierAdapter: ParityAdapter = {
  recognises: ({ meta }) => String(meta.head).startsWith('PerceiverForImageClassification'),
  check: async (fixture, options) => {
    const rows = await checkModel(fixture, setupOf(configOf(fixture)), options);
    if (options.gradients && fixture.has('train_mode.safetensors')) rows.push(...(await checkTraining(fixture)));
    return rows;
  },
};

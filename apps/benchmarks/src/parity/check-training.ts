import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters } from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';
import { loadParameters, type ModelCase } from './check-model.js';
import {
  GRADIENT_LIMIT,
  largestOf,
  OUTPUT_LIMIT,
  type ParityRow,
  relativeDifference,
  rowCollector,
  toHost,
} from './compare.js';
import { type Fixture, type HostTensor, toTensor } from './fixture.js';

type Tensors = Record<string, tf.Tensor>;

/** What a model with batch norms gives when training. */
interface TrainingOutputs {
  readonly logits: tf.Tensor;
  readonly lastHiddenState?: tf.Tensor;
  readonly buffers?: Tensors;
}

/** What `meta.json` says of a run in train mode; its list of noisy gradients is longer than that of evaluation. */
interface TrainModeMeta {
  readonly loss: number;
  readonly parameters_whose_gradient_is_rounding_noise?: readonly string[];
}

export interface TrainingLimits {
  readonly outputs?: number;
  readonly gradients?: number;
}

/**
 * Compares a run in train mode with `train_mode.safetensors`: loss, logits, new running statistics of the batch norms, gradients. The model
 * must have no dropout.
 */
export async function checkTraining(
  fixture: Fixture,
  setup: ModelCase,
  { outputs: outputLimit = OUTPUT_LIMIT, gradients: gradientLimit = GRADIENT_LIMIT }: TrainingLimits = {},
): Promise<ParityRow[]> {
  const { model } = setup;
  const parameters = await loadParameters(fixture, setup);
  const stored = await fixture.read('inputs.safetensors');
  const expected = await fixture.read('train_mode.safetensors');
  const trained = declareParameters(model).filter(({ trainable }) => trainable);
  const names = trained.map(({ name }) => name);
  const inputs = setup.inputsOf('main', (field) => stored[field] && toTensor(stored[field]!))!;
  const step = jit((weights: Tensors, given: Record<string, unknown>, labels: tf.Tensor) => {
    let outputs: TrainingOutputs | undefined;
    const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => {
      const bound = { ...weights, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) };
      outputs = model.apply(bindParameters(bound), given, { training: true }) as object as TrainingOutputs;
      for (const tensor of Object.values(outputs.buffers ?? {})) tf.keep(tensor);
      tf.keep(outputs.logits);
      if (outputs.lastHiddenState !== undefined) tf.keep(outputs.lastHiddenState);
      return setup.loss({ ...outputs }, labels);
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => weights[name]!));
    const gradients: Tensors = Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
    const { logits, lastHiddenState, buffers = {} } = outputs!;
    const hidden: Tensors = lastHiddenState === undefined ? {} : { last_hidden_state: lastHiddenState };
    return { value, outputs: { logits, ...hidden } as Tensors, buffers, gradients };
  });
  const result = await step(parameters, inputs, toTensor(stored.labels!));
  await step.dispose();

  const collector = rowCollector();
  const unused = new Set(Object.keys(expected));
  const reference = (name: string): HostTensor => {
    const found = expected[name];
    if (found === undefined) throw new Error(`${fixture.name}: train_mode.safetensors has no ${name}`);
    unused.delete(name);
    return found;
  };
  const meta = fixture.meta.train_mode as TrainModeMeta;
  const loss = (await toHost(result.value)).values[0]!;
  collector.add('training loss', 'loss', Math.abs(loss - meta.loss) / meta.loss, outputLimit);
  for (const [name, tensor] of Object.entries(result.outputs)) {
    const difference = relativeDifference(await toHost(tensor), reference(name));
    collector.add(`training ${name}`, name, difference, outputLimit);
  }
  for (const [name, tensor] of Object.entries(result.buffers)) {
    const difference = relativeDifference(await toHost(tensor), reference(`buffer.${name}`));
    collector.add('training running statistics', name, difference, outputLimit);
  }
  const noise = new Set(
    meta.parameters_whose_gradient_is_rounding_noise ??
      (fixture.meta.parameters_whose_gradient_is_rounding_noise as string[]),
  );
  const scale = largestOf(Object.fromEntries(Object.entries(expected).filter(([name]) => name.startsWith('grad.'))));
  for (const [name, gradient] of Object.entries(result.gradients)) {
    const noisy = noise.has(name);
    const actual = await toHost(gradient);
    const difference = relativeDifference(actual, reference(`grad.${name}`), noisy ? scale : undefined);
    const group = noisy ? 'training gradient that is rounding noise, by the largest' : 'training gradient';
    collector.add(group, name, difference, gradientLimit);
  }
  if (unused.size > 0) throw new Error(`${fixture.name}: nothing was compared with ${[...unused].join(', ')}`);
  return collector.rows();
}

import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, type Model, type RunOptions } from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';
import type { ParityOptions } from './adapter.js';
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

/** Any model here: inputs and outputs are records of tensors. */
// biome-ignore lint/suspicious/noExplicitAny: adapters of all modalities meet here, each with inputs of its own
export type AnyModel = Model<unknown, any, any, { intermediates?: Record<string, tf.Tensor> }>;
type Tensors = Record<string, tf.Tensor>;

/** How a fixture's model and cases are made here. */
export interface ModelCase {
  readonly model: AnyModel;
  /** The inputs of a case, made of tensors by their names in the fixture; undefined for a case that is not a plain run. */
  inputsOf(caseName: string, tensor: (field: string) => tf.Tensor | undefined): Record<string, unknown> | undefined;
  /** The loss whose gradients are stored, of a case; labels are a scalar 0 where the fixture has none. */
  loss(outputs: Record<string, unknown>, labels: tf.Tensor): tf.Scalar;
  /** The name here of a stored intermediate; the same by default, undefined to leave it out. */
  intermediateName?(stored: string): string | undefined;
  /** The name in the fixture's files of a parameter; the same by default. */
  storedName?(name: string): string;
  /** An intermediate as it is stored, such as with the channels in front; as it is by default. */
  toStored?(intermediate: tf.Tensor): tf.Tensor;
  /** Whether a stored tensor is none of the model's, but computed; none is by default. */
  isComputed?(stored: string): boolean;
}

interface CaseMeta {
  readonly [field: string]: unknown;
}

/** Names under which fixtures store what a head is given. */
const HEAD_INPUTS = new Set(['input_ids', 'patches', 'pixel_values']);

/** Names like `main` have no prefix in the files. */
const prefixOf = (caseName: string): string => (caseName === 'main' ? '' : `${caseName}.`);

async function inputLookup(fixture: Fixture, caseName: string): Promise<(field: string) => tf.Tensor | undefined> {
  const stored = await fixture.read('inputs.safetensors');
  const meta = (fixture.meta.cases as Record<string, CaseMeta>)[caseName]!;
  return (field) => {
    // transformers calls its first argument `inputs`, torchvision `x`, stored under the head's own name.
    // Several modalities are listed below that name, and their output points elsewhere.
    const several = typeof meta.inputs === 'object' && field in (meta.inputs as object);
    const listed =
      field in meta ||
      several ||
      field.startsWith('points.') ||
      (HEAD_INPUTS.has(field) && ('inputs' in meta || 'x' in meta));
    const found = stored[prefixOf(caseName) + field] ?? stored[field];
    return listed && found !== undefined ? toTensor(found) : undefined;
  };
}

/** A parameter's group in the report: layers and weight or bias taken together. */
const gradientGroup = (name: string): string =>
  `gradient ${name.replace(/\.\d+(?=\.)/g, '.*').replace(/\.(weight|bias)$/, '')}`;

/** Loads a fixture's parameters and checks that they are the model's, all of them. */
export async function loadParameters(
  fixture: Fixture,
  { model, storedName = (name) => name, isComputed = () => false }: ModelCase,
): Promise<Tensors> {
  const stored = await fixture.read('model.safetensors');
  const parameters: Tensors = {};
  for (const { name } of declareParameters(model)) {
    const found = stored[storedName(name)];
    if (found === undefined) throw new Error(`${fixture.name}: model.safetensors has no ${storedName(name)}`);
    parameters[name] = toTensor(found);
  }
  const wanted = new Set(Object.keys(parameters).map(storedName));
  const unused = Object.keys(stored).filter((name) => !wanted.has(name) && !isComputed(name));
  if (unused.length > 0) throw new Error(`${fixture.name}: the model does not use ${unused.join(', ')}`);
  return parameters;
}

async function compareGradients(
  fixture: Fixture,
  setup: ModelCase,
  parameters: Tensors,
  caseName: string,
): Promise<ParityRow[]> {
  const { model, storedName = (name) => name } = setup;
  const collector = rowCollector();
  const file = caseName === 'main' ? 'grads.safetensors' : `grads_${caseName}.safetensors`;
  const expected = await fixture.read(file);
  const stored = await fixture.read('inputs.safetensors');
  const lookup = await inputLookup(fixture, caseName);
  const storedLabels = stored[`${prefixOf(caseName)}labels`] ?? stored.labels;
  const labels = storedLabels === undefined ? tf.scalar(0) : toTensor(storedLabels);
  const trained = declareParameters(model).filter(({ trainable }) => trainable);
  const buffers = Object.fromEntries(
    Object.entries(parameters).filter(([name]) => !trained.some((p) => p.name === name)),
  );
  const step = jit((weights: Tensors, fixed: Tensors, inputs: Record<string, unknown>, labels: tf.Tensor) => {
    const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => {
      const bound = Object.fromEntries(trained.map(({ name }, i) => [name, tensors[i]!]));
      return setup.loss(model.apply(bindParameters({ ...fixed, ...bound }), inputs), labels);
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(trained.map(({ name }) => weights[name]!));
    return { value, gradients: Object.fromEntries(trained.map(({ name }, i) => [name, grads[i]!])) };
  });
  const weights = Object.fromEntries(trained.map(({ name }) => [name, parameters[name]!]));
  const { value, gradients } = await step(weights, buffers, setup.inputsOf(caseName, lookup)!, labels);
  await step.dispose();

  const losses = (fixture.meta.losses ?? { main: fixture.meta.loss }) as Record<string, { value: number }>;
  const loss = losses[caseName]!.value;
  collector.add(
    `${prefixOf(caseName)}loss`,
    'loss',
    Math.abs((await toHost(value)).values[0]! - loss) / loss,
    OUTPUT_LIMIT,
  );
  const noise = new Set(fixture.meta.parameters_whose_gradient_is_rounding_noise as string[]);
  const zero = new Set(fixture.meta.parameters_with_zero_gradient as string[]);
  const scale = largestOf(expected);
  for (const { name } of trained) {
    const key = storedName(name);
    const actual = await toHost(gradients[name]!);
    const reference = expected[key] as HostTensor | undefined;
    if (zero.has(key)) collector.add(`${prefixOf(caseName)}gradient that is zero`, key, largestOf({ actual }), 0);
    else if (reference === undefined) throw new Error(`${fixture.name}: ${file} has no ${key}`);
    else if (noise.has(key)) {
      const difference = relativeDifference(actual, reference, scale);
      collector.add(
        `${prefixOf(caseName)}gradient that is rounding noise, by the largest`,
        key,
        difference,
        GRADIENT_LIMIT,
      );
    } else {
      collector.add(
        prefixOf(caseName) + gradientGroup(key),
        key,
        relativeDifference(actual, reference),
        GRADIENT_LIMIT,
      );
    }
  }
  return collector.rows();
}

type Logits = tf.Tensor | Tensors;

/** Logits under their stored names, one a modality where there are several. */
function namedLogits(logits: Logits): (readonly [string, tf.Tensor])[] {
  if (logits instanceof tf.Tensor) return [['logits', logits]];
  return Object.entries(logits).map(([name, tensor]) => [`logits.${name}`, tensor] as const);
}

/** Compares a model's outputs, intermediates and gradients with a fixture's. */
export async function checkModel(fixture: Fixture, setup: ModelCase, options: ParityOptions): Promise<ParityRow[]> {
  const { model, intermediateName = (name) => name, toStored = (tensor) => tensor } = setup;
  const collector = rowCollector();
  const parameters = await loadParameters(fixture, setup);
  const expected = await fixture.read('outputs.safetensors');
  for (const caseName of Object.keys(fixture.meta.cases as object)) {
    const inputs = setup.inputsOf(caseName, await inputLookup(fixture, caseName));
    if (inputs === undefined) continue;
    const run = jit(
      (weights: Tensors, given: typeof inputs) =>
        model.apply(bindParameters(weights), given) as object as { logits: Logits; lastHiddenState?: tf.Tensor },
    );
    const outputs = await run(parameters, inputs);
    await run.dispose();
    const hidden =
      outputs.lastHiddenState === undefined ? [] : [['last_hidden_state', outputs.lastHiddenState] as const];
    for (const [name, actual] of [...namedLogits(outputs.logits!), ...hidden]) {
      const key = prefixOf(caseName) + name;
      collector.add(key, key, relativeDifference(await toHost(actual), expected[key]!), OUTPUT_LIMIT);
    }
  }

  const intermediates = await fixture.read('intermediates.safetensors');
  const inputs = setup.inputsOf('main', await inputLookup(fixture, 'main'))!;
  const withIntermediates: RunOptions = { returnIntermediates: true };
  const run = jit((weights: Tensors, given: typeof inputs) => {
    const outputs = model.apply(bindParameters(weights), given, withIntermediates) as Record<string, unknown>;
    const logits = Object.fromEntries(namedLogits(outputs.logits as Logits));
    const results: Tensors = { ...(outputs.intermediates as Tensors), ...logits };
    return results;
  });
  const actual = await run(parameters, inputs);
  await run.dispose();
  for (const [stored, reference] of Object.entries(intermediates)) {
    const name = intermediateName(stored);
    if (name === undefined) continue;
    const tensor = actual[name];
    const difference =
      tensor === undefined ? Number.POSITIVE_INFINITY : relativeDifference(await toHost(toStored(tensor)), reference);
    collector.add(`intermediate ${stored.replace(/\.\d+/g, '.*')}`, stored, difference, OUTPUT_LIMIT);
  }
  const rows = collector.rows();
  if (!options.gradients) return rows;
  for (const caseName of Object.keys(fixture.meta.cases as object)) {
    const file = caseName === 'main' ? 'grads.safetensors' : `grads_${caseName}.safetensors`;
    if (fixture.has(file)) rows.push(...(await compareGradients(fixture, setup, parameters, caseName)));
  }
  return rows;
}

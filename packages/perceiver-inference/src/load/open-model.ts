import type * as tf from '@tensorflow/tfjs';
import {
  CheckpointError,
  type CheckpointOrigin,
  type LoadPretrainedOptions,
  loadPretrained,
} from 'perceiver-checkpoints';
import { type Declarable, declareParameters, ModelError } from 'perceiver-core';
import { averagedWeights } from './averaged-weights.js';
import { type LoadParametersOptions, loadParameters } from './load-parameters.js';
import { modelPath } from './model-path.js';

/** How a kind of model is made of its `config.json`. */
export interface ModelKind<Config, Model> extends LoadParametersOptions {
  /** Reads the JSON of `config.json`. Throws ModelError. */
  parseConfig(json: unknown): Config;
  build(config: Config): Model;
  /** What `architectures` of a `config.json` may name, where it names one; anything by default. */
  readonly architectures?: readonly string[];
}

/** Which weights of a model are opened, and how. */
export interface OpenModelOptions extends LoadPretrainedOptions {
  /** Of a training run, or a checkpoint of one: the moving average of its weights, where it kept one. False by default. */
  readonly average?: boolean;
}

/** A model with the weights of a checkpoint. */
export interface OpenedModel<Config, Model> {
  readonly config: Config;
  readonly model: Model;
  /** By name; the caller disposes them. */
  readonly parameters: Record<string, tf.Tensor>;
  /** Whose names the file has. */
  readonly origin: CheckpointOrigin;
  /** Local paths of the other files that the options asked for. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Opens a model by its name on the Hugging Face hub, or by the path of a file, a folder or a training run. DeepMind's own
 * files (Haiku) and those of the `perceiver-io` package for PyTorch are recognised by their names; the former need no
 * `config.json`, being the released models, unless their sizes are others.
 *
 * @throws CheckpointError and its kinds, ModelError
 */
export async function openModel<Config, Model extends Declarable<never>>(
  idOrPath: string,
  kind: ModelKind<Config, Model>,
  { average = false, ...options }: OpenModelOptions = {},
): Promise<OpenedModel<Config, Model>> {
  const path = await modelPath(idOrPath);
  const { config: json, weights: stored, origin, files } = await loadPretrained(path, options);
  let weights = stored;
  try {
    if (average) weights = await averagedWeights(path, stored);
    if (json === undefined) {
      throw new ModelError(
        `${idOrPath}: expected a config.json beside the weights, found none; put one there or name one with --config (option \`config\`)`,
      );
    }
    checkArchitecture(idOrPath, json, kind.architectures);
    const config = kind.parseConfig(json);
    const model = kind.build(config);
    const parameters = await loadParameters(weights, declareParameters(model), kind).catch((error: Error) => {
      if (origin !== 'haiku' || !(error instanceof CheckpointError)) throw error;
      throw new CheckpointError(
        `${error.message}; if this is not the released model, give its config.json with --config`,
      );
    });
    return { config, model, parameters, origin, files };
  } finally {
    await weights.close();
  }
}

function checkArchitecture(idOrPath: string, json: unknown, expected: readonly string[] | undefined): void {
  const { architectures } = (json ?? {}) as { architectures?: unknown };
  const [found] = Array.isArray(architectures) ? (architectures as unknown[]) : [];
  if (expected === undefined || typeof found !== 'string' || expected.includes(found)) return;
  throw new ModelError(`${idOrPath}: expected a model of ${expected.join(' or ')}, got ${found}`);
}

import type { TensorInfo } from '../../checkpoint-reader.js';
import type { StoredTensor } from '../renamed-reader.js';
import type { HaikuModel } from './haiku-model.js';
import { haikuImageConv, haikuImageFourier, haikuImageLearned } from './image-classification.js';
import { haikuLanguage } from './language.js';
import { haikuMultimodal } from './multimodal.js';
import { haikuOpticalFlow } from './optical-flow.js';

// The order matters: a marker is looked for in turn.
const MODELS: readonly HaikuModel[] = [
  haikuMultimodal,
  haikuOpticalFlow,
  haikuLanguage,
  haikuImageConv,
  haikuImageLearned,
  haikuImageFourier,
];

/** Haiku's parts of an attention layer, whose norms and linear maps it counts in the order in which they were made. */
const PARTS: Readonly<Record<string, string>> = {
  'attention/linear': 'attention.self.query',
  'attention/linear_1': 'attention.self.key',
  'attention/linear_2': 'attention.self.value',
  'attention/linear_3': 'attention.output.dense',
  'mlp/linear': 'mlp.dense1',
  'mlp/linear_1': 'mlp.dense2',
};
const CROSS_ATTEND_PARTS: Readonly<Record<string, string>> = {
  ...PARTS,
  layer_norm: 'attention.self.layernorm1',
  layer_norm_1: 'attention.self.layernorm2',
  layer_norm_2: 'layernorm',
};
const SELF_ATTEND_PARTS: Readonly<Record<string, string>> = {
  ...PARTS,
  layer_norm: 'attention.self.layernorm1',
  layer_norm_1: 'layernorm',
};
const LATENTS = 'perceiver.embeddings.latents';
const LEAVES: Readonly<Record<string, string>> = { w: 'weight', b: 'bias', scale: 'weight', offset: 'bias' };

/** Which of DeepMind's models these tensors are, by Haiku's names; undefined where it is none. */
export function recognizeHaikuModel(names: Iterable<string>): HaikuModel | undefined {
  const known = new Set([...names].map(withoutPart));
  return MODELS.find(({ marker }) => known.has(marker));
}

/**
 * Where a model's parameters lie, by name in the Hugging Face format. Linear maps are exchanged from [in, out] to
 * [out, in], convolutions from [height, width, in, out] to [out, in, height, width]; statistics of the batch norm lose
 * their axes of size 1.
 */
export function haikuNames(
  model: HaikuModel,
  tensors: ReadonlyMap<string, TensorInfo>,
): ReadonlyMap<string, StoredTensor> {
  const stored = new Map<string, StoredTensor>();
  for (const [name, { shape }] of tensors) {
    const haikuName = withoutPart(name);
    const own = haikuName === `${model.encoder}/trainable_position_encoding/pos_embs` ? LATENTS : undefined;
    const hubName = own ?? entry(model.parameters, haikuName) ?? moduleParameter(model, haikuName);
    if (hubName !== undefined) stored.set(hubName, { name, ...arrangement(haikuName, shape) });
  }
  return stored;
}

/** A name without the part of the checkpoint that it is in: parameters or state, by name or, of a tuple, by position. */
function withoutPart(name: string): string {
  return name.replace(/^(params|state|0|1)\//, '');
}

function entry(record: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function moduleParameter({ modules, encoder, decoder }: HaikuModel, name: string): string | undefined {
  const slash = name.lastIndexOf('/');
  const module = name.slice(0, slash);
  const leaf = entry(LEAVES, name.slice(slash + 1));
  return leaf && join(entry(modules, module) ?? layerModule(module, encoder, decoder), leaf);
}

function layerModule(
  module: string,
  encoder: string,
  [decoder, hubDecoder]: HaikuModel['decoder'],
): string | undefined {
  if (module.startsWith(`${decoder}/`)) {
    return join(hubDecoder, entry(CROSS_ATTEND_PARTS, module.slice(decoder.length + 1)));
  }
  if (!module.startsWith(`${encoder}/`)) return undefined;
  const [, layer = '', index, part = ''] =
    /^(cross_attention|self_attention)(?:_(\d+))?\/(.*)$/.exec(module.slice(encoder.length + 1)) ?? [];
  if (layer === 'cross_attention') return join('perceiver.encoder.cross_attention', entry(CROSS_ATTEND_PARTS, part));
  return join(`perceiver.encoder.self_attends.${index ?? 0}`, entry(SELF_ATTEND_PARTS, part));
}

function join(place: string | undefined, part: string | undefined): string | undefined {
  return place === undefined || part === undefined ? undefined : `${place}.${part}`;
}

function arrangement(name: string, shape: readonly number[]): Omit<StoredTensor, 'name'> {
  if (name.includes('/batchnorm')) return { squeeze: true };
  if (!name.endsWith('/w')) return {};
  return { axes: shape.length === 4 ? [3, 2, 0, 1] : [1, 0] };
}

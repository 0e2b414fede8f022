import * as tf from '@tensorflow/tfjs';
import { bindParameters, type PerceiverARCache } from 'perceiver-core';
import { type CausalLanguageModel, causalLanguageModel, causalLanguageModelConfigFromPackage } from 'perceiver-text';
import { jit, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, loadParameters, type ModelCase } from '../check-model.js';
import { OUTPUT_LIMIT, type ParityRow, relativeDifference, rowCollector, toHost } from '../compare.js';
import { type Fixture, toTensor } from '../fixture.js';
import { checkGeneration } from './check-generation.js';

interface CaseMeta {
  readonly prefix_len?: number;
  /** Tokens of each piece, for cases that run the main case with a cache. */
  readonly sizes?: readonly number[];
}

const casesOf = (fixture: Fixture): Record<string, CaseMeta> => fixture.meta.cases as Record<string, CaseMeta>;

function setupOf(fixture: Fixture): ModelCase & { readonly causal: CausalLanguageModel } {
  const causal = causalLanguageModel(causalLanguageModelConfigFromPackage(fixture.config));
  return {
    causal,
    model: causal as AnyModel,
    inputsOf: (caseName, tensor) => {
      const { prefix_len: prefixLength } = casesOf(fixture)[caseName]!;
      if (prefixLength === undefined) return undefined;
      const padMask = tensor('pad_mask');
      return { inputIds: tensor('x')!, prefixLength, ...(padMask === undefined ? {} : { padMask }) };
    },
    loss: ({ logits }, labels) =>
      softmaxCrossEntropy(
        (logits as tf.Tensor3D).reshape<tf.Tensor2D>([labels.size, -1]),
        labels.reshape<tf.Tensor1D>([-1]),
      ),
  };
}

/** Runs the main case in pieces, each with the cache of the one before, and compares outputs and the last cache. */
async function checkCached(fixture: Fixture): Promise<ParityRow[]> {
  const collector = rowCollector();
  const setup = setupOf(fixture);
  const parameters = await loadParameters(fixture, setup);
  const inputs = await fixture.read('inputs.safetensors');
  const outputs = await fixture.read('outputs.safetensors');
  const caches = await fixture.read('cache.safetensors');
  const [ids, pads] = [toTensor(inputs.x!) as tf.Tensor2D, toTensor(inputs.pad_mask!) as tf.Tensor2D];
  const prefixLength = casesOf(fixture).main!.prefix_len!;
  const step = jit(
    (
      weights: Record<string, tf.Tensor>,
      inputIds: tf.Tensor2D,
      padMask: tf.Tensor2D,
      cache: PerceiverARCache | undefined,
    ) => {
      const given = { inputIds, padMask, cache, prefixLength };
      return setup.causal.apply(bindParameters(weights), given, { returnCache: true });
    },
  );
  for (const [caseName, { sizes }] of Object.entries(casesOf(fixture))) {
    if (sizes === undefined) continue;
    const parts: Record<string, tf.Tensor3D[]> = { logits: [], last_hidden_state: [] };
    let cache: PerceiverARCache | undefined;
    let start = 0;
    for (const size of sizes) {
      const piece = tf.slice(ids, [0, start], [-1, size]);
      start += size;
      const result = await step(parameters, piece, tf.slice(pads, [0, 0], [-1, start]), cache);
      parts.logits!.push(result.logits);
      parts.last_hidden_state!.push(result.lastHiddenState);
      cache = result.cache;
    }
    for (const [name, pieces] of Object.entries(parts)) {
      const key = `${caseName}.${name}`;
      collector.add(key, key, relativeDifference(await toHost(tf.concat(pieces, 1)), outputs[key]!), OUTPUT_LIMIT);
    }
    const layers = {
      cross_attention: cache!.cross,
      ...Object.fromEntries(cache!.layers.map((layer, i) => [`self_attention.${i}`, layer])),
    };
    for (const [name, { key, value }] of Object.entries(layers)) {
      for (const [part, tensor] of [
        ['k', key],
        ['v', value],
      ] as const) {
        const difference = relativeDifference(await toHost(tensor), caches[`${name}.${part}`]!);
        collector.add(`${caseName} cache`, `${name}.${part}`, difference, OUTPUT_LIMIT);
      }
    }
  }
  await step.dispose();
  return collector.rows();
}

/** The `perceiver-io` package's causal sequence models (PARITY-krasserm, section 3). */
export const causalLanguageModelAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.model === 'CausalLanguageModel' || meta.model === 'SymbolicAudioModel',
  check: async (fixture, options) => {
    const setup = setupOf(fixture);
    return [
      ...(await checkModel(fixture, setup, options)),
      ...(await checkCached(fixture)),
      ...(await checkGeneration(fixture, setup.causal, await loadParameters(fixture, setup))),
    ];
  },
};

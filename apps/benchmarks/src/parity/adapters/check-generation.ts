import * as tf from '@tensorflow/tfjs';
import { bindParameters, type PerceiverARCache, resolvePerceiverARConfig, trimCache } from 'perceiver-core';
import type { CausalLanguageModel } from 'perceiver-text';
import { jit } from 'tfjs-backend-onnxruntime';
import { OUTPUT_LIMIT, type ParityRow, relativeDifference, rowCollector, toHost } from '../compare.js';
import type { Fixture, HostTensor } from '../fixture.js';

/** Ways of decoding that the fixtures record (PARITY-krasserm, section 3.4). */
const WAYS = ['cached', 'uncached', 'recompute'] as const;

interface Prompt {
  readonly ids: HostTensor;
  /** 1 where a token is. */
  readonly attentionMask?: HostTensor;
  readonly numLatents: number;
}

/** Columns from `start` on of a prompt's rows with the first `made` columns of `fresh`, or ones, after them. */
function columns(prompt: HostTensor, fresh: HostTensor | undefined, made: number, start: number): tf.Tensor2D {
  const [rows, length] = prompt.shape as [number, number];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = start; column < length + made; column++) {
      if (column < length) values.push(prompt.values[row * length + column]!);
      else values.push(fresh === undefined ? 1 : fresh.values[row * fresh.shape[1]! + column - length]!);
    }
  }
  return tf.tensor2d(values, [rows, length + made - start], 'int32');
}

/** Decodes every prompt in all three ways, fed with the stored tokens, and compares logits and the token chosen at each step. */
export async function checkGeneration(
  fixture: Fixture,
  model: CausalLanguageModel,
  parameters: Record<string, tf.Tensor>,
): Promise<ParityRow[]> {
  const collector = rowCollector();
  const stored = await fixture.read('generate.safetensors');
  const { prompts } = fixture.meta.generate as { prompts: Record<string, { num_latents: number }> };
  const { maxSeqLen, maxLatents } = resolvePerceiverARConfig(model.config);
  const compileStep = () =>
    jit(
      (
        weights: Record<string, tf.Tensor>,
        inputIds: tf.Tensor2D,
        padMask: tf.Tensor2D | undefined,
        cache: PerceiverARCache | undefined,
        prefixLength: number,
      ) => {
        const inputs = { inputIds, padMask, cache, prefixLength };
        const { logits, cache: next } = model.apply(bindParameters(weights), inputs, { returnCache: true });
        const last = tf.slice(logits, [0, logits.shape[1] - 1, 0], [-1, 1, -1]);
        return { logits: last, choice: tf.argMax(last, 2), cache: next! };
      },
    );

  const decode = async (name: string, { ids, attentionMask, numLatents }: Prompt, way: (typeof WAYS)[number]) => {
    const [tokens, logits] = [stored[`${name}.${way}.tokens`]!, stored[`${name}.${way}.logits`]!];
    const length = ids.shape[1]!;
    const start = length - Math.min(length, numLatents);
    const steps = tokens.shape[1]!;
    const step = compileStep();
    const rows: tf.Tensor[] = [];
    let cache: PerceiverARCache | undefined;
    for (let made = 0; made < steps; made++) {
      const total = length + made;
      const tooManyLatents = total - start > maxLatents;
      const from = Math.max(0, total - maxSeqLen);
      if (cache !== undefined) {
        const self = tooManyLatents ? maxLatents - 1 : total;
        cache = trimCache(cache, { cross: total > maxSeqLen ? maxSeqLen - 1 : total, self });
      }
      const grown = tooManyLatents && start < maxSeqLen - maxLatents ? start + 1 : start;
      const prefix = way === 'recompute' ? Math.max(start, Math.min(total, maxSeqLen) - maxLatents) : grown;
      const inputIds = columns(ids, tokens, made, cache === undefined ? from : total - 1);
      const padMask = attentionMask && tf.sub<tf.Tensor2D>(1, columns(attentionMask, undefined, made, from));
      const result = await step(parameters, inputIds, padMask, cache, cache === undefined ? prefix : 0);
      if (way === 'cached') cache = result.cache;
      rows.push(result.logits);
      const chosen = await result.choice.data();
      for (let row = 0; row < chosen.length; row++) {
        const same = chosen[row] === tokens.values[row * steps + made];
        collector.add(`generate, ${way}: tokens`, `${name}, step ${made}`, same ? 0 : 1, 0);
      }
    }
    await step.dispose();
    const difference = relativeDifference(await toHost(tf.concat(rows, 1)), logits);
    collector.add(`generate, ${way}: logits`, name, difference, OUTPUT_LIMIT);
  };

  for (const way of WAYS) {
    for (const [name, { num_latents: numLatents }] of Object.entries(prompts)) {
      const prompt = { ids: stored[`${name}.input_ids`]!, attentionMask: stored[`${name}.attention_mask`], numLatents };
      await decode(name, prompt, way);
    }
  }
  return collector.rows();
}

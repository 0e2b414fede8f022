import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { openSafetensors } from 'perceiver-checkpoints';
import { bindParameters } from 'perceiver-core';
import { adamw, indexedBatches, train } from 'perceiver-training';
import { selectEngine, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import { describe, expect, test } from 'vitest';
import { parseMaskedConfig } from '../load/masked-config.js';
import { maskedLanguageModel } from '../model/masked-language-model.js';

const FIXTURE = new URL('../../../../../shared/fixtures/mlm/', import.meta.url);

async function readAll(file: string): Promise<Record<string, { shape: number[]; data: ArrayLike<number | bigint> }>> {
  const reader = await openSafetensors(fileURLToPath(new URL(file, FIXTURE)));
  const all: Record<string, { shape: number[]; data: ArrayLike<number | bigint> }> = {};
  for (const name of reader.tensors.keys()) {
    const { shape, data } = await reader.read(name);
    all[name] = { shape: [...shape], data };
  }
  await reader.close();
  return all;
}

describe.skipIf(!existsSync(FIXTURE))('three AdamW steps of the masked language model (PARITY, section 7)', () => {
  test.each(['cpu', 'onnxruntime'] as const)('on %s', async (engine) => {
    await selectEngine(engine, { threads: 1 });
    const json = (file: string) => JSON.parse(readFileSync(new URL(file, FIXTURE), 'utf8'));
    const config = parseMaskedConfig(json('config.json'));
    // The fixture's case has no dropout.
    const model = maskedLanguageModel({ ...config, encoder: { ...config.encoder, attentionDropout: 0 } });
    const meta = json('meta.json');
    const { lr, betas, eps, weight_decay, steps, loss_before_each_step } = meta.adamw;
    const noise: string[] = meta.parameters_whose_gradient_is_rounding_noise;

    const start = await readAll('model.safetensors');
    const parameters = Object.fromEntries(
      Object.entries(start).map(([name, { shape, data }]) => [name, tf.tensor(data as Float32Array, shape)]),
    );
    const inputs = await readAll('inputs.safetensors');
    const ids = (name: string) => tf.tensor(Array.from(inputs[name]!.data, Number), inputs[name]!.shape, 'int32');
    const losses: number[] = [];
    const { parameters: trained } = await train({
      parameters,
      loss: (named, { inputIds, attentionMask, labels }) => {
        const { logits } = model.apply(bindParameters(named), {
          inputIds: inputIds as tf.Tensor2D,
          attentionMask: attentionMask as tf.Tensor2D,
        });
        return softmaxCrossEntropy(logits.reshape([-1, config.vocabSize]), labels!.reshape([-1]));
      },
      optimizer: adamw({ learningRate: lr, b1: betas[0], b2: betas[1], eps, weightDecay: weight_decay }),
      data: indexedBatches(0, () => ({
        inputIds: ids('input_ids'),
        attentionMask: ids('attention_mask'),
        labels: ids('labels'),
      })),
      budget: { steps },
      recorders: [{ onStep: ({ loss }) => void losses.push(loss) }],
    });

    losses.forEach((loss, i) => {
      expect(Math.abs(loss / loss_before_each_step[i] - 1)).toBeLessThan(1e-5);
    });
    const expected = await readAll('adamw.safetensors');
    expect(Object.keys(trained).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { data }] of Object.entries(expected)) {
      const got = await trained[name]!.data();
      const values = Array.from(data, Number);
      const largest = Math.max(...values.map(Math.abs));
      const error = Math.max(...values.map((value, i) => Math.abs(value - got[i]!)));
      // Where the gradient is rounding noise, Adam makes steps of it: lr * noise / eps.
      expect(error / largest, name).toBeLessThan(noise.includes(name) ? 1e-4 : 1e-5);
    }
  });
});

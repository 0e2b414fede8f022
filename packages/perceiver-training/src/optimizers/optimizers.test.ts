import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { type CheckpointReader, openSafetensors } from 'perceiver-checkpoints';
import { jit, selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { viewParameters, zeroBuffers } from '../parameters/flat-buffers.js';
import { layoutParameters } from '../parameters/parameter-layout.js';
import { fillTrainState } from '../trainer/fill-train-state.js';
import { compileUpdateStep } from '../trainer/update-step.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { lamb } from './lamb.js';
import type { Optimizer } from './optimizer.js';
import { optimizerScalars } from './optimizer-scalars.js';
import { sgd } from './sgd.js';

const FIXTURE = new URL('../../../../../shared/fixtures-baselines/optimizers/', import.meta.url);
const ENGINES = ['cpu', 'onnxruntime'] as const;
const SHAPES: Record<string, number[]> = { w: [4, 3], b: [3], e: [2, 5] };
const STEPS = [1, 2, 3, 4, 5];
const mask = ({ name }: { name: string }) => name !== 'b';

interface Case {
  optimizer: 'AdamW' | 'Adam' | 'SGD' | 'LAMB';
  lr: number | number[];
  betas?: [number, number];
  b1?: number;
  b2?: number;
  eps?: number;
  momentum?: number;
  nesterov?: boolean;
  weight_decay: number;
  max_norm?: number | null;
}

function optimizerOf(config: Case): Optimizer {
  const { lr, weight_decay: weightDecay, eps, momentum, nesterov } = config;
  const learningRate = typeof lr === 'number' ? lr : ({ step }: { step: number }) => lr[step]!;
  const [b1, b2] = config.betas ?? [config.b1, config.b2];
  const common = { learningRate, weightDecay, mask, maxNorm: config.max_norm ?? undefined };
  if (config.optimizer === 'SGD') return sgd({ ...common, momentum, nesterov });
  return { AdamW: adamw, Adam: adam, LAMB: lamb }[config.optimizer]({ ...common, b1, b2, eps });
}

function relativeError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  const all = Array.from(expected);
  const largest = Math.max(...all.map(Math.abs));
  return Math.max(...all.map((value, i) => Math.abs(value - got[i]!))) / (largest || 1);
}

describe.skipIf(!existsSync(FIXTURE))('trajectories of the fixture', () => {
  const meta = existsSync(FIXTURE) && JSON.parse(readFileSync(new URL('meta.json', FIXTURE), 'utf8'));
  let inputs: CheckpointReader;
  let outputs: CheckpointReader;
  beforeAll(async () => {
    inputs = await openSafetensors(fileURLToPath(new URL('inputs.safetensors', FIXTURE)));
    outputs = await openSafetensors(fileURLToPath(new URL('outputs_f64.safetensors', FIXTURE)));
  });
  afterAll(async () => {
    await inputs.close();
    await outputs.close();
  });
  const record = async (nameOf: (name: string) => string) => {
    const tensors: Record<string, tf.Tensor> = {};
    for (const [name, shape] of Object.entries(SHAPES))
      tensors[name] = tf.tensor((await inputs.read(nameOf(name))).data as Float32Array, shape);
    return tensors;
  };
  const expected = async (key: string) => (await outputs.read(key)).data as Float64Array;

  describe.each(ENGINES)('on %s', (engine) => {
    beforeAll(async () => {
      await selectEngine(engine, { threads: 1 });
    });

    test.each(Object.entries(meta.cases as Record<string, Case>))(
      '%s: update of named tensors',
      async (name, config) => {
        const optimizer = optimizerOf(config);
        const step = jit(optimizer.update);
        let parameters = await record((tensor) => `start.${tensor}`);
        let state = optimizer.init(parameters);
        for (const t of STEPS) {
          const gradients = await record((tensor) => `grad.${tensor}.${t}`);
          const scalars = optimizerScalars(optimizer, { step: t - 1, fraction: 0 });
          ({ parameters, state } = await step(gradients, state, parameters, scalars));
          for (const tensor in SHAPES) {
            const got = await parameters[tensor]!.data();
            expect(relativeError(got, await expected(`${name}.${tensor}.${t}`)), `${tensor} ${t}`).toBeLessThan(1e-6);
          }
        }
      },
    );

    test.each(Object.entries(meta.cases as Record<string, Case>))('%s: flat buffers', async (name, config) => {
      const optimizer = optimizerOf(config);
      const members = Object.entries(SHAPES).map(([member, shape]) => ({ name: member, shape }));
      const layout = layoutParameters(members, optimizer.group);
      const update = compileUpdateStep(optimizer, layout);
      const state = await fillTrainState(optimizer, layout, {
        read: async (tensor) => (await inputs.read(`start.${tensor}`)).data as Float32Array,
      });
      for (const t of STEPS) {
        const gradients = zeroBuffers(layout);
        for (const group of layout.groups) {
          const parts = group.members.map((member) => inputs.read(`grad.${member.name}.${t}`));
          const numbers = (await Promise.all(parts)).flatMap(({ data }) => Array.from(data as Float32Array));
          gradients[group.name] = tf.tensor1d(numbers);
        }
        const { gradientNorm } = await update.run(
          state,
          gradients,
          { step: t - 1, fraction: 0 },
          { measure: t % 2 === 0 },
        );
        expect(gradientNorm).toBeCloseTo(meta.global_gradient_norms[t - 1], 5);
        const named = viewParameters(layout, state.parameters);
        for (const tensor in SHAPES) {
          const got = await named[tensor]!.data();
          expect(relativeError(got, await expected(`${name}.${tensor}.${t}`)), `${tensor} ${t}`).toBeLessThan(1e-6);
        }
      }
    });
  });
});

import { join } from 'node:path';
import { writeSafetensors } from 'perceiver-checkpoints';
import { declareParameters, initialValues } from 'perceiver-core';
import type { Benchmark } from '../benchmark.js';
import { pairedRows, runPaired } from '../run-paired.js';
import { smallPerceiver } from '../small-perceiver.js';

const name = 'small-step';

/** Training step of a small Perceiver, against PyTorch with fused attention. */
export const smallStep: Benchmark = {
  name,
  summary:
    'Adam step of a small Perceiver: 8 x 2048 x 64 inputs, 128 x 128 latents, 4 heads, 1 cross- and 4 self-attends',
  async run(context) {
    const weights = join(context.cache, 'small-perceiver.safetensors');
    const tensors = declareParameters(smallPerceiver).map((parameter) => [
      parameter.name,
      {
        dtype: 'F32' as const,
        shape: [...parameter.shape],
        data: initialValues(parameter, 0, { family: 'variance-scaling' }),
      },
    ]);
    await writeSafetensors(weights, Object.fromEntries(tensors));
    const rounds = await runPaired(context, {
      benchmark: name,
      worker: 'small-step',
      script: 'speed_small_step.py',
      settings: { weights, fusedAdam: context.fusedAdam, warmup: 10, repeats: 40 },
      tolerance: 1e-3,
    });
    return { rows: pairedRows(name, rounds, { time: 0.7 }), details: rounds };
  },
};

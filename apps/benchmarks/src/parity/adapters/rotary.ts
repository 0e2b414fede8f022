import * as tf from '@tensorflow/tfjs';
import { inverseFrequencies, rotaryPhases, rotate, rotationOf } from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { OUTPUT_LIMIT, relativeDifference, rowCollector, toHost } from '../compare.js';
import { toTensor } from '../fixture.js';

interface Rotary {
  readonly dim: number;
  readonly rotated_channels: number;
  readonly channels: number;
}

/** Rotary phases and rotations at positions up to 8191 (PARITY-krasserm, section 3.1). */
export const rotaryAdapter: ParityAdapter = {
  recognises: (fixture) => fixture.has('rotary.safetensors'),
  check: async (fixture) => {
    const collector = rowCollector();
    const stored = await fixture.read('rotary.safetensors');
    for (const [name, meta] of Object.entries(fixture.meta as unknown as Record<string, Rotary>)) {
      const own = (key: string) => stored[`${name}.${key}`]!;
      const layout = { numHeads: 1, headChannels: meta.channels, rotatedChannels: meta.rotated_channels };
      const run = jit((positions: tf.Tensor1D, frequencies: tf.Tensor1D, x: tf.Tensor3D) => {
        const phases = rotaryPhases(positions.cast('float32').expandDims(0), frequencies);
        return { phases: tf.squeeze(phases, [0]), output: rotate(x, rotationOf(phases), layout) };
      });
      const inputs = [own('positions'), own('inv_freq'), own('input')].map(toTensor);
      const { phases, output } = await run(
        inputs[0] as tf.Tensor1D,
        inputs[1] as tf.Tensor1D,
        inputs[2] as tf.Tensor3D,
      );
      await run.dispose();
      const frequencies = { shape: own('inv_freq').shape, values: inverseFrequencies(meta.dim) };
      const results = { inv_freq: frequencies, phases: await toHost(phases), output: await toHost(output) };
      for (const [key, actual] of Object.entries(results)) {
        collector.add(`${name}.${key}`, key, relativeDifference(actual, own(key)), OUTPUT_LIMIT);
      }
    }
    return collector.rows();
  },
};

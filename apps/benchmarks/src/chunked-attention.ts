// Time and peak memory of a cross-attend over long inputs in chunks, beside the same attend in one piece where that fits.
// node dist/chunked-attention.js [--engine NAME] [--inputs 62500,125000,...] [--chunk 8192]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {
  type AttentionLayerOptions,
  bindParameters,
  chunkedCrossAttend,
  crossAttend,
  declareParameters,
  initializeParameters,
  type Scope,
} from 'perceiver-core';
import { type EngineName, jit, keyWords, selectEngine } from 'tfjs-backend-onnxruntime';

const CHANNELS = 64;
const LATENTS = 256;
const WIDTH = 128;
const PATH = 'cross_attention';
const layer: AttentionLayerOptions = { numHeads: 1, qkChannels: 64, vChannels: WIDTH };

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'auto' },
    inputs: { type: 'string', default: '62500,125000,250000,500000,1000000' },
    chunk: { type: 'string', default: '8192' },
    compare: { type: 'string', default: '50000' },
  },
});

/** Peak memory of this process in MB, or the present one where the system does not say. */
function peakMegabytes(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  } catch {
    return process.memoryUsage().rss / 2 ** 20;
  }
}

/** Rows of noise made when asked for, so that the measured memory is the attend's own. */
function noiseRows(start: number, end: number): tf.Tensor3D {
  const values = new Float32Array((end - start) * CHANNELS);
  let [state] = keyWords(start);
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = state / 2 ** 31;
  }
  return tf.tensor3d(values, [1, end - start, CHANNELS]);
}

const { description } = await selectEngine(options.engine as EngineName | 'auto');
console.error(description);
const model = {
  apply: (scope: Scope, { x, inputs }: { x: tf.Tensor3D; inputs: tf.Tensor3D }) =>
    crossAttend(scope.at(PATH), x, inputs, layer),
  exampleInputs: () => ({
    x: { shape: [1, LATENTS, WIDTH], dtype: 'float32' },
    inputs: { shape: [1, 8, CHANNELS], dtype: 'float32' },
  }),
};
const parameters = initializeParameters(declareParameters(model), 0, { family: 'variance-scaling' });
const x = tf.tensor3d(
  Float32Array.from({ length: LATENTS * WIDTH }, (_, i) => Math.sin(i)),
  [1, LATENTS, WIDTH],
);
const chunkSize = Number(options.chunk);
const attend = chunkedCrossAttend(PATH, { ...layer, chunkSize });

const compared = Number(options.compare);
if (compared > 0) {
  const inputs = new Float32Array(compared * CHANNELS);
  for (let start = 0; start < compared; start += chunkSize) {
    const rows = noiseRows(start, Math.min(start + chunkSize, compared));
    inputs.set(await rows.data<'float32'>(), start * CHANNELS);
    rows.dispose();
  }
  const rows = (start: number, end: number) =>
    tf.tensor3d(inputs.subarray(start * CHANNELS, end * CHANNELS), [1, end - start, CHANNELS]);
  const chunked = await (await attend(parameters, x, { length: compared, rows })).data();
  const whole = jit((weights: Record<string, tf.Tensor>, given: tf.Tensor3D, array: tf.Tensor3D) =>
    crossAttend(bindParameters(weights).at(PATH), given, array, layer),
  );
  const expected = await (await whole(parameters, x, rows(0, compared))).data();
  await whole.dispose();
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(chunked[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  console.log(
    `${compared} inputs, chunked against whole: max|a-b|/max|b| = ${(difference / largest).toExponential(1)}`,
  );
}
console.log(`before: ${peakMegabytes().toFixed(0)} MB peak`);
console.log('   inputs   seconds   us/input   peak MB');
for (const length of options.inputs.split(',').map(Number)) {
  const start = performance.now();
  const result = await attend(parameters, x, { length, rows: noiseRows });
  await result.data();
  result.dispose();
  const seconds = (performance.now() - start) / 1000;
  const perInput = ((seconds * 1e6) / length).toFixed(2);
  console.log(
    `${String(length).padStart(9)} ${seconds.toFixed(2).padStart(9)} ${perInput.padStart(10)} ${peakMegabytes().toFixed(0).padStart(9)}`,
  );
}

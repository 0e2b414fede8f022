import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { chunkedCrossAttend } from './chunked/chunked-cross-attend.js';
import { chunkedEncoder } from './chunked/chunked-encoder.js';
import { arrayRows } from './chunked/row-source.js';
import { type EncoderConfig, encoderSteps } from './encoder.js';
import { perceiverFlops } from './flops/analytic-flops.js';
import { tracedFlops } from './flops/traced-flops.js';
import { type AttentionLayerOptions, crossAttend } from './layers/attention-layer.js';
import { intermediateRecorder } from './layers/intermediate-recorder.js';
import { runContext } from './layers/run-context.js';
import { attentionMaskBias, keptAny } from './layers/score-bias.js';
import { declareParameters } from './parameters/declare-parameters.js';
import { initializeParameters } from './parameters/initialize-parameters.js';
import { bindParameters, type Scope } from './parameters/scope.js';
import { runPerceiver } from './perceiver.js';
import { type PerceiverIO, runPerceiverIO } from './perceiver-io.js';
import { distance, noise, noisyParameters, useCpu } from './testing/tensors.js';
import { trainableQueries } from './trainable-query.js';

beforeAll(useCpu);

interface Input {
  readonly x: tf.Tensor3D;
  readonly mask?: tf.Tensor2D;
}
const encoder: EncoderConfig = {
  numLatents: 4,
  latentChannels: 8,
  numCrossAttentionHeads: 2,
  numSelfAttentionHeads: 4,
  numSelfAttendsPerBlock: 2,
  numBlocks: 2,
  qkChannels: 8,
  selfAttentionWideningFactor: 2,
};
const parts: PerceiverIO<Input, tf.Tensor3D> = {
  encoder,
  decoder: { useQueryResidual: true, finalChannels: 3 },
  inputAdapter: (_scope, { x, mask }) => ({ inputs: x, scoreBias: mask && attentionMaskBias(mask) }),
  queryProvider: trainableQueries(5, 6),
  outputAdapter: (_scope, decoded) => decoded,
};
const model = {
  apply: (scope: Scope, input: Input) => runPerceiverIO(scope, input, parts),
  exampleInputs: (batch = 1) => ({ x: { shape: [batch, 7, 6], dtype: 'float32' } }),
};
const run = (parameters: Record<string, tf.Tensor>, input: Input): tf.Tensor3D =>
  model.apply(bindParameters(parameters), input).output;

describe('Perceiver IO', () => {
  it('does not care for the order of inputs', () => {
    const parameters = noisyParameters(model);
    const x = noise<tf.Tensor3D>([2, 7, 6]);
    const shuffled = tf.gather(x, tf.tensor1d([3, 0, 6, 1, 5, 2, 4], 'int32'), 1);
    expect(distance(run(parameters, { x }), run(parameters, { x: shuffled }))).toBeLessThan(1e-5);
  });

  it('takes masked inputs as absent', () => {
    const parameters = noisyParameters(model);
    const x = noise<tf.Tensor3D>([2, 7, 6]);
    const mask = tf.tensor2d([[1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 0, 0]]); // biome-ignore format: rows
    const shorter = run(parameters, { x: tf.slice(x, [0, 0, 0], [-1, 5, -1]) });
    expect(distance(run(parameters, { x, mask }), shorter)).toBeLessThan(1e-6);
  });

  it('treats examples of a batch alone', () => {
    const parameters = noisyParameters(model);
    const x = noise<tf.Tensor3D>([3, 7, 6]);
    const alone = run(parameters, { x: tf.slice(x, [1, 0, 0], [1, -1, -1]) });
    expect(distance(tf.slice(run(parameters, { x }), [1, 0, 0], [1, -1, -1]), alone)).toBeLessThan(1e-6);
  });

  it('hands out its intermediates when asked', () => {
    const recorder = intermediateRecorder({ returnIntermediates: true });
    const context = runContext({}, recorder.record);
    runPerceiverIO(bindParameters(noisyParameters(model)), { x: noise<tf.Tensor3D>([2, 7, 6]) }, parts, context);
    const { intermediates } = recorder.result();
    expect(intermediates!['cross_attention.encoder']!.shape).toEqual([2, 2, 4, 7]);
    expect(distance(intermediates!['cross_attention.encoder']!.sum(3), tf.ones([2, 2, 4]))).toBeLessThan(1e-6);
    // Two blocks of two layers: each layer's input and each block's output.
    expect(Object.keys(intermediates!).filter((name) => name.startsWith('hidden_states.'))).toHaveLength(6);
  });

  it('overfits a few examples', () => {
    const small = { ...parts, encoder: { ...encoder, numBlocks: 1, numSelfAttendsPerBlock: 1 } };
    const tiny = { ...model, apply: (scope: Scope, input: Input) => runPerceiverIO(scope, input, small) };
    const start = initializeParameters(declareParameters(tiny), 1, { family: 'variance-scaling' });
    const variables = Object.fromEntries(Object.entries(start).map(([name, value]) => [name, tf.variable(value)]));
    const x = noise<tf.Tensor3D>([2, 7, 6]);
    const target = noise<tf.Tensor3D>([2, 5, 3], 2);
    const optimizer = tf.train.adam(0.02);
    const loss = () => tiny.apply(bindParameters(variables), { x }).output.sub(target).square().mean<tf.Scalar>();
    const before = loss().dataSync()[0]!;
    for (let step = 0; step < 240; step++) optimizer.minimize(loss);
    expect(loss().dataSync()[0]!).toBeLessThan(0.1 * before);
  });

  it('has the gradients of finite differences', () => {
    const parameters = noisyParameters(model);
    const x = noise<tf.Tensor3D>([1, 7, 6]);
    const readout = noise<tf.Tensor3D>([1, 5, 3], 4);
    const loss = (given: tf.Tensor): tf.Scalar =>
      run(parameters, { x: given as tf.Tensor3D })
        .mul(readout)
        .sum();
    const slope = tf.grad(loss)(x);
    const direction = noise<tf.Tensor3D>([1, 7, 6], 5);
    const step = 1e-2;
    const [up, down] = [x.add(direction.mul(step)), x.sub(direction.mul(step))].map((at) => loss(at).dataSync()[0]!);
    const expected = slope.mul(direction).sum().dataSync()[0]!;
    expect((up! - down!) / (2 * step)).toBeCloseTo(expected, 2);
  });
});

describe('sharing of weights', () => {
  const names = (config: Partial<EncoderConfig>): string =>
    encoderSteps({ ...encoder, ...config })
      .map(({ crossAttend, block }) => `${crossAttend ?? '-'} ${block}`)
      .join(', ');

  it('follows the papers and the packages', () => {
    expect(names({})).toBe('cross_attention self_attends, - self_attends');
    expect(names({ numBlocks: 3, numCrossAttends: 3, firstBlockShared: false })).toBe(
      'cross_attention self_attends, cross_attention_n self_attends_n, cross_attention_n self_attends_n',
    );
    expect(names({ numBlocks: 3, numCrossAttends: 2, firstCrossAttendShared: true, crossAttendOrder: 'first' })).toBe(
      'cross_attention self_attends, cross_attention self_attends, - self_attends',
    );
    expect(names({ numBlocks: 5, numCrossAttends: 2 })).toBe(
      'cross_attention self_attends, - self_attends, cross_attention_n self_attends, - self_attends, - self_attends',
    );
    expect(names({ numBlocks: 3, numCrossAttends: 3, sharing: 'blocks', firstBlockShared: false })).toBe(
      'cross_attention self_attends, cross_attention_1 self_attends_n, cross_attention_2 self_attends_n',
    );
    expect(names({ numBlocks: 3, numCrossAttends: 3, sharing: 'cross-attends' })).toBe(
      'cross_attention self_attends, cross_attention_n self_attends_1, cross_attention_n self_attends_2',
    );
    expect(names({ numCrossAttends: 2, sharing: 'none', firstBlockShared: false })).toBe(
      'cross_attention self_attends, cross_attention_1 self_attends_1',
    );
    expect(() => names({ numCrossAttends: 3 })).toThrow('1 <= numCrossAttends <= numBlocks (2), got 3');
  });

  it('classifies by the average of the latents', () => {
    const shared = { ...encoder, numCrossAttends: 2, numBlocks: 2 };
    const perceiver = {
      apply: (scope: Scope, input: Input) =>
        runPerceiver(scope, input, { encoder: shared, inputAdapter: parts.inputAdapter, numClasses: 3 }),
      exampleInputs: model.exampleInputs,
    };
    const parameters = noisyParameters(perceiver);
    const { logits, lastHiddenState } = perceiver.apply(bindParameters(parameters), { x: noise([2, 7, 6]) });
    const weight = parameters['classifier.weight'] as tf.Tensor2D;
    const expected = tf
      .matMul(lastHiddenState.mean<tf.Tensor2D>(1), weight, false, true)
      .add(parameters['classifier.bias']!);
    expect(distance(logits, expected)).toBeLessThan(1e-6);
  });
});

describe('a layer', () => {
  const layer: AttentionLayerOptions = { numHeads: 2, qkChannels: 8, vChannels: 12 };
  const attend = {
    apply: (scope: Scope, { x, inputs, bias }: { x: tf.Tensor3D; inputs: tf.Tensor3D; bias?: tf.Tensor }) =>
      crossAttend(scope.at('layer'), x, inputs, { ...layer, scoreBias: bias }),
    exampleInputs: () => ({
      x: { shape: [1, 3, 8], dtype: 'float32' },
      inputs: { shape: [1, 4, 6], dtype: 'float32' },
    }),
  };

  it('gives the same in chunks', async () => {
    const parameters = noisyParameters(attend);
    const x = noise<tf.Tensor3D>([1, 3, 8]);
    const inputs = noise<tf.Tensor3D>([2, 103, 6], 7).mul<tf.Tensor3D>(4);
    const whole = attend.apply(bindParameters(parameters), { x, inputs });
    const rows = arrayRows((await inputs.data()) as Float32Array, [2, 103, 6]);
    for (const chunkSize of [1, 10, 103, 500]) {
      const chunked = chunkedCrossAttend('layer', { ...layer, chunkSize });
      expect(distance(await chunked(parameters, x, rows), whole)).toBeLessThan(1e-5);
    }
    const keep = tf.tensor2d(
      Array.from({ length: 206 }, (_, i) => (i % 3 === 0 ? 0 : 1)),
      [2, 103],
    );
    const masked = chunkedCrossAttend('layer', {
      ...layer,
      chunkSize: 10,
      mask: (start, end) => tf.slice(keep, [0, start], [-1, end - start]),
    });
    const bias = attentionMaskBias(keep);
    const expected = attend.apply(bindParameters(parameters), { x, inputs, bias });
    expect(distance(await masked(parameters, x, rows), expected)).toBeLessThan(1e-5);
  });

  it('gives the same with the queries taken to the channels of the inputs', async () => {
    const one: AttentionLayerOptions = { numHeads: 1, qkChannels: 6, vChannels: 10 };
    const single = {
      ...attend,
      apply: (scope: Scope, { x, inputs }: { x: tf.Tensor3D; inputs: tf.Tensor3D }) =>
        crossAttend(scope.at('layer'), x, inputs, one),
    };
    const parameters = noisyParameters(single);
    const x = noise<tf.Tensor3D>([1, 3, 8]);
    const inputs = noise<tf.Tensor3D>([2, 103, 6], 7).mul<tf.Tensor3D>(4);
    const whole = single.apply(bindParameters(parameters), { x, inputs });
    const rows = arrayRows((await inputs.data()) as Float32Array, [2, 103, 6]);
    for (const fold of [false, true, undefined]) {
      const chunked = chunkedCrossAttend('layer', { ...one, chunkSize: 10, fold });
      expect(distance(await chunked(parameters, x, rows), whole)).toBeLessThan(1e-5);
    }
  });

  it('over masked inputs alone gives their average, or nothing where asked', () => {
    const parameters = noisyParameters(attend);
    const [x, inputs] = [noise<tf.Tensor3D>([2, 3, 8]), noise<tf.Tensor3D>([2, 4, 6], 2)];
    const mask = tf.tensor2d([0, 0, 0, 0, 1, 0, 1, 1], [2, 4]);
    const run = (given: Partial<AttentionLayerOptions>, array: tf.Tensor3D): tf.Tensor => {
      const options = { ...layer, scoreBias: attentionMaskBias(mask), ...given };
      return crossAttend(bindParameters(parameters).at('layer'), x, array, options);
    };
    const first = (y: tf.Tensor): tf.Tensor => tf.slice(y, [0, 0, 0], [1, -1, -1]);
    const other = inputs.add<tf.Tensor3D>(noise([2, 4, 6], 9));
    expect(distance(first(run({}, inputs)), first(run({}, other)))).toBeGreaterThan(1e-3);
    const sighted = keptAny(mask);
    expect(distance(first(run({ sighted }, inputs)), first(run({ sighted }, other)))).toBe(0);
    const second = (y: tf.Tensor): tf.Tensor => tf.slice(y, [1, 0, 0], [1, -1, -1]);
    expect(distance(second(run({ sighted }, inputs)), second(run({}, inputs)))).toBe(0);
  });

  it('is read in chunks by the whole encoder', async () => {
    for (const changes of [{}, { numCrossAttends: 2, numCrossAttentionHeads: 1, qkChannels: undefined }]) {
      const config = { ...encoder, ...changes };
      const whole = {
        ...model,
        apply: (scope: Scope, input: Input) =>
          runPerceiverIO(scope, input, { ...parts, encoder: config }).lastHiddenState,
      };
      const parameters = noisyParameters(whole);
      const x = noise<tf.Tensor3D>([2, 23, 6]);
      const chunked = chunkedEncoder('perceiver', config, { inputChannels: 6, chunkSize: 5 });
      const before = tf.memory().numTensors;
      const latents = await chunked(parameters, arrayRows(x.dataSync() as Float32Array, [2, 23, 6]));
      expect(tf.memory().numTensors).toBe(before + 1);
      expect(distance(latents, whole.apply(bindParameters(parameters), { x }))).toBeLessThan(1e-5);
    }
  });

  it('leaves no tensors behind in chunks', async () => {
    const parameters = noisyParameters(attend);
    const x = noise<tf.Tensor3D>([1, 3, 8]);
    const rows = arrayRows(new Float32Array(2 * 20 * 6).fill(0.5), [2, 20, 6]);
    const chunked = chunkedCrossAttend('layer', { ...layer, chunkSize: 6 });
    const before = tf.memory().numTensors;
    (await chunked(parameters, x, rows)).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('operations', () => {
  it('are the same counted from sizes and from a trace', () => {
    const config = { ...encoder, numCrossAttends: 2, qkChannels: undefined, numCrossAttentionHeads: 1 };
    const counted = {
      apply: (scope: Scope, input: Input) => runPerceiverIO(scope, input, { ...parts, encoder: config }),
      exampleInputs: model.exampleInputs,
    };
    const output = { length: 5, channels: 6, decoder: parts.decoder };
    const { encode, process, decode } = perceiverFlops(config, { length: 7, channels: 6 }, output);
    expect(encode + process + decode).toBe(tracedFlops(counted));
  });
});

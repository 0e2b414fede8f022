import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, initializeParameters } from 'perceiver-core';
import { adamw, train } from 'perceiver-training';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { maskedUnigram } from '../baselines/masked-unigram.js';
import { causalBatches } from '../datasets/causal-batches.js';
import { maskedBatches } from '../datasets/masked-batches.js';
import { causalLanguageModel } from '../model/causal-language-model.js';
import { maskedLanguageModel } from '../model/masked-language-model.js';
import { maskedLanguageModelPresets } from '../model/presets/masked-presets.js';
import { causalLanguagePredictor } from '../predict/causal-language.js';
import { SPECIAL_TOKENS } from '../tokenizer/special-tokens.js';
import { causalBits } from './causal-bits.js';
import { causalLanguageLoss } from './causal-language-task.js';
import { maskedBits, maskedWindows } from './masked-bits.js';
import { type MaskedBatch, maskedLanguageLoss } from './masked-language-task.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const causalConfig = {
  vocabSize: 262,
  maxSeqLen: 24,
  maxLatents: 12,
  numChannels: 32,
  numHeads: 2,
  numSelfAttentionLayers: 1,
  absolutePositions: false,
  outputNorm: true,
};
const causal = causalLanguageModel(causalConfig);
const causalDeclaration = declareParameters(causal);
const masked = maskedLanguageModel(maskedLanguageModelPresets.tiny);

const zeros = (declaration: ReturnType<typeof declareParameters>) =>
  Object.fromEntries(declaration.map(({ name, shape }) => [name, tf.zeros([...shape])]));

beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
});

describe('figures on held-out text', () => {
  it('are log2 of the vocabulary for a model that knows nothing, whatever the batch size', async () => {
    const weights = zeros(causalDeclaration);
    const bits = causalBits(causal, causalDeclaration, bytes('to be or not to be, that is the question: '.repeat(4)));
    for (const options of [{}, { batchSize: 3 }, { batchSize: 4, maxWindows: 5 }]) {
      expect(await bits.measure(weights, options)).toBeCloseTo(Math.log2(262), 4);
    }
    await bits.dispose();
    const maskedWeights = zeros(declareParameters(masked));
    const hidden = maskedBits(masked, bytes('to be or not to be, that is the question: '.repeat(16)));
    const figures = await hidden.measure(maskedWeights, { batchSize: 2 });
    expect(figures.bitsPerMaskedByte).toBeCloseTo(Math.log2(262), 4);
    expect(figures.accuracy).toBe(0);
    await hidden.dispose();
    tf.dispose([weights, maskedWeights]);
  });

  it('need enough text', () => {
    expect(() => causalBits(causal, causalDeclaration, bytes('short'))).toThrow('at least 25 bytes');
    expect(() => maskedWindows(bytes('short'), 128)).toThrow('at least 128 bytes');
  });
});

describe('maskedUnigram', () => {
  it('counts bytes of words only', () => {
    const windows = maskedWindows(bytes('aaaa bbbb '.repeat(4)), 40, { share: 1 });
    const figures = maskedUnigram(bytes('a b   '.repeat(1000)), windows);
    expect(figures.bitsPerMaskedByte).toBeCloseTo(1, 2);
    expect(figures.accuracy).toBe(0.5);
  });
});

describe('causalBatches', () => {
  it('hides a share of prefixes, never a latent, and resumes', async () => {
    const text = { bytes: bytes('abcdefghijklmnopqrstuvwxyz'.repeat(10)) };
    const options = { batchSize: 200, maxSeqLen: 24, maxLatents: 12, seed: 3, shortContextShare: 0.25 };
    const batches = causalBatches(text, options);
    await batches.next();
    const state = batches.state();
    const second = await batches.next();
    const hidden = [...(await second!.hidden!.data())];
    expect(Math.max(...hidden)).toBeLessThanOrEqual(12);
    expect(Math.min(...hidden)).toBe(0);
    expect(hidden.filter((count) => count > 0).length / 200).toBeCloseTo(0.25, 1);
    expect(hidden.filter((count) => count === 12).length / 200).toBeCloseTo(0.125, 1);
    const resumed = causalBatches(text, options);
    await resumed.restore(state);
    const again = await resumed.next();
    expect(await again!.ids.data()).toEqual(await second!.ids.data());
    expect(await again!.hidden!.data()).toEqual(await second!.hidden!.data());
  });
});

describe('maskedBatches', () => {
  const text = { bytes: bytes('the whale swam, and the captain looked at it for a long time. '.repeat(20)) };
  const shortContexts = [
    { length: 16, steps: 2, batchSize: 6 },
    { length: 64, steps: 1 },
  ];
  const options = { batchSize: 4, length: 128, seed: 3, shortContexts };
  const shapesOf = ({ inputIds, positionIds }: MaskedBatch) => [inputIds.shape, positionIds?.shape];

  it('shows pieces of windows at their own places, then whole windows', async () => {
    const batches = maskedBatches(text, options);
    const found = [await batches.next(), await batches.next(), await batches.next(), await batches.next()];
    expect(found.map((batch) => shapesOf(batch!))).toEqual([
      [
        [6, 16],
        [6, 16],
      ],
      [
        [6, 16],
        [6, 16],
      ],
      [
        [4, 64],
        [4, 64],
      ],
      [[4, 128], undefined],
    ]);
    const positions = (await found[0]!.positionIds!.array()) as number[][];
    for (const row of positions) expect(row).toEqual(Array.from({ length: 16 }, (_, i) => row[0]! + i));
    expect(new Set(positions.map(([first]) => first)).size).toBeGreaterThan(1);
    expect(Math.max(...positions.flat())).toBeLessThan(128);
  });

  it('puts pieces among the first positions where asked to', async () => {
    const batches = maskedBatches(text, {
      ...options,
      shortContexts: [{ length: 16, steps: 1, batchSize: 64, within: 18 }],
    });
    const positions = (await (await batches.next())!.positionIds!.array()) as number[][];
    expect([...new Set(positions.map(([first]) => first))].sort()).toEqual([0, 1, 2]);
  });

  it('decode what is hidden, where it stands', async () => {
    const batch = (await maskedBatches(text, options).next())!;
    const [inputs, starts] = [await batch.inputIds.array(), (await batch.positionIds!.array()) as number[][]];
    const [places, labels] = [await batch.outputPositions.array(), await batch.labels.array()];
    for (const [row, ids] of inputs.entries()) {
      const hidden = ids.flatMap((id, i) => (id === SPECIAL_TOKENS['[MASK]'] ? [starts[row]![i]!] : []));
      const decoded = places[row]!.filter((_, i) => labels[row]![i] !== -100);
      expect(decoded).toEqual(hidden);
      expect(hidden.length).toBeGreaterThan(0);
    }
  });

  it('resumes within a stage', async () => {
    const batches = maskedBatches(text, options);
    await batches.next();
    const state = batches.state();
    const resumed = maskedBatches(text, options);
    await resumed.restore(state);
    for (let i = 0; i < 3; i++) {
      const [expected, found] = [await batches.next(), await resumed.next()];
      for (const name of Object.keys(expected!))
        expect(await found![name]!.data()).toEqual(await expected![name]!.data());
    }
  });

  it('refuses pieces longer than windows', () => {
    expect(() => maskedBatches(text, { ...options, shortContexts: [{ length: 16, steps: 1, within: 12 }] })).toThrow(
      'expected pieces of 16 ids within 16 to 128 positions, got 12',
    );
    expect(() => maskedBatches(text, { ...options, shortContexts: [{ length: 256, steps: 1 }] })).toThrow(
      'expected short contexts of at most 128 ids, got 256',
    );
  });
});

describe('the masked language model', () => {
  const parameters = initializeParameters(declareParameters(masked), 5);
  const scope = bindParameters(parameters);
  const { maxPositions, vocabSize } = masked.config;
  const ids = (length: number) =>
    tf.tensor2d([Array.from({ length }, (_, i) => 6 + ((i * 7) % 200))], [1, length], 'int32');

  it('gives at chosen output positions the rows of all positions', async () => {
    const all = await masked.apply(scope, { inputIds: ids(20) }).logits.array();
    const chosen = masked.apply(scope, {
      inputIds: ids(20),
      outputPositions: tf.tensor2d([[3, 0, maxPositions - 1]], [1, 3], 'int32'),
    });
    expect(chosen.logits.shape).toEqual([1, 3, vocabSize]);
    const rows = (await chosen.logits.array())[0]!;
    for (const [i, place] of [3, 0, maxPositions - 1].entries()) {
      const difference = Math.max(...rows[i]!.map((value, k) => Math.abs(value - all[0]![place]![k]!)));
      expect(difference).toBeLessThan(1e-5);
    }
  });

  it('sees tokens with positions as it sees them behind padding', async () => {
    const [start, length] = [30, 12];
    const padded = tf.tensor2d([[...Array<number>(start).fill(0), ...(await ids(length).data())]], undefined, 'int32');
    const attentionMask = padded.greaterEqual(tf.scalar(6, 'int32')).cast('float32') as tf.Tensor2D;
    const behind = await masked.apply(scope, { inputIds: padded, attentionMask }).logits.data();
    const positionIds = tf.tensor2d([Array.from({ length }, (_, i) => start + i)], [1, length], 'int32');
    const placed = await masked.apply(scope, { inputIds: ids(length), positionIds }).logits.data();
    expect(Math.max(...placed.map((value, i) => Math.abs(value - behind[i]!)))).toBeLessThan(1e-5);
    const first = await masked.apply(scope, { inputIds: ids(length) }).logits.data();
    expect(Math.max(...first.map((value, i) => Math.abs(value - behind[i]!)))).toBeGreaterThan(1e-4);
  });
});

describe('small models', () => {
  it('learn a sentence by heart and go on with it from any place', async () => {
    const sentence = 'the quick brown fox jumps over the lazy dog; ';
    const text = bytes(sentence.repeat(20));
    const trained = causalDeclaration.filter(({ trainable }) => trainable);
    const { parameters } = await train({
      loss: causalLanguageLoss(causal, causalDeclaration),
      parameters: initializeParameters(trained, 1, { family: 'variance-scaling' }),
      optimizer: adamw({ learningRate: 1e-2, maxNorm: 1 }),
      data: causalBatches(
        { bytes: text },
        { batchSize: 8, maxSeqLen: 24, maxLatents: 12, seed: 1, shortContextShare: 0.3 },
      ),
      budget: { steps: 120 },
    });
    const buffers = initializeParameters(
      causalDeclaration.filter(({ trainable }) => !trainable),
      1,
    );
    const weights = { ...parameters, ...buffers };
    const bits = causalBits(causal, causalDeclaration, text);
    expect(await bits.measure(weights)).toBeLessThan(0.1);
    const predictor = causalLanguagePredictor(causalConfig, () => weights);
    for (const prompt of ['quick', 'the quick brown fox jumps over']) {
      let written = prompt;
      for await (const piece of predictor.generate(prompt, { maxNewTokens: 60, temperature: 0 })) written += piece.text;
      expect(sentence.repeat(4)).toContain(written);
    }
    await predictor.dispose();
    await bits.dispose();
    tf.dispose(weights);
  });

  it('learn how often bytes stand in hidden words', async () => {
    const text = bytes('call me ishmael. '.repeat(60));
    const options = { batchSize: 8, length: 128, seed: 1 };
    const { parameters } = await train({
      loss: maskedLanguageLoss(masked),
      parameters: initializeParameters(declareParameters(masked), 1, { family: 'variance-scaling' }),
      optimizer: adamw({ learningRate: 1e-2, maxNorm: 1 }),
      data: maskedBatches({ bytes: text }, options),
      budget: { steps: 150 },
    });
    const hidden = maskedBits(masked, text);
    const { bitsPerMaskedByte } = await hidden.measure(parameters);
    const unigram = maskedUnigram(text, maskedWindows(text, 128));
    expect(bitsPerMaskedByte).toBeLessThan(unigram.bitsPerMaskedByte + 0.2);
    await hidden.dispose();
    tf.dispose(parameters);
  });
});

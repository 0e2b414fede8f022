import * as tf from '@tensorflow/tfjs';
import { declareParameters, initializeParameters } from 'perceiver-core';
import {
  type CausalBatch,
  causalBits,
  causalLanguageLoss,
  causalLanguageModel,
  randomWindows,
  readBundledText,
  withBuffers,
} from 'perceiver-text';
import { race, raceOptions, reportRace } from './learn/learning-race.js';
import type { BenchmarkCommand } from './run-benchmark-commands.js';

/**
 * Trains Perceiver AR here and in PyTorch from the same weights on the same batches of tiny Shakespeare and compares losses step by
 * step and bits per byte at the end. The model is that of the plain PyTorch reference: learned positions, no rotation, 3 self-attends
 * of 128 channels, 64 latents on 128 bytes; `--rotary` takes the model of `train-text clm --preset shakespeare`.
 */
export const learnClmCommand: BenchmarkCommand = {
  name: 'learn-clm',
  summary:
    'trains Perceiver AR here and in PyTorch, from the same weights and batches (--rotary: with rotary positions)',
  run: async (args, streams) => {
    const rotary = args.includes('--rotary');
    const options = await raceOptions(
      args.filter((word) => word !== '--rotary'),
      streams,
    );
    if (options === undefined) return 0;
    const { steps, batchSize, seed } = options;
    const config = {
      vocabSize: 262,
      maxSeqLen: 128,
      maxLatents: 64,
      numChannels: 128,
      numHeads: 4,
      numSelfAttentionLayers: 3,
      numSelfAttentionRotaryLayers: -1,
      crossAttentionWideningFactor: 2,
      selfAttentionWideningFactor: 2,
      rotary,
      absolutePositions: !rotary,
      outputNorm: true,
      tiedOutput: false,
      qkvBias: true,
      mlpBias: true,
      selfAttentionOutputBias: true,
      latentKeyNorm: rotary ? ('query' as const) : ('keyValue' as const),
      embeddingStd: 0.5,
      positionStd: 0.2,
    };
    const { maxSeqLen, maxLatents } = config;
    const model = causalLanguageModel(config);
    const declaration = declareParameters(model);
    const text = await readBundledText('tinyshakespeare');
    const cut = Math.floor(0.9 * text.length);
    const windows = randomWindows(text.subarray(0, cut), { length: maxSeqLen + 1, batchSize, seed });

    const ids = new Int32Array(steps * batchSize * (maxSeqLen + 1));
    for (let step = 0; step < steps; step++) ids.set(windows(step), step * batchSize * (maxSeqLen + 1));
    const heldOutText = text.subarray(cut);
    const starts: number[] = [];
    for (let start = 0; start + maxSeqLen < heldOutText.length; start += maxLatents) starts.push(start);
    const heldOut = Int32Array.from(
      starts.flatMap((start) => [...heldOutText.subarray(start, start + maxSeqLen + 1)]),
      (byte) => byte + 6,
    );

    const start = initializeParameters(
      declaration.filter(({ trainable }) => trainable),
      seed,
      { family: 'variance-scaling' },
    );
    const loss = causalLanguageLoss(model, declaration);
    const result = await race<CausalBatch>({
      peer: 'learn_clm.py',
      options,
      loss,
      parameters: start,
      batchAt: (step) => ({ ids: tf.tensor2d(windows(step), [batchSize, maxSeqLen + 1], 'int32') }),
      batches: {
        ids: { dtype: 'I32', shape: [steps, batchSize, maxSeqLen + 1], data: ids },
        held_out: { dtype: 'I32', shape: [starts.length, maxSeqLen + 1], data: heldOut },
      },
      model: config,
      learningRate: 2e-3,
      weightDecay: 0.05,
      warmup: 0.1,
    });
    const { text: report, greatest } = reportRace(result);
    const bits = await causalBits(model, declaration, heldOutText).measure(withBuffers(result.parameters, declaration));
    const theirs = result.theirHeldOut! / Math.LN2;
    streams.stdout.write(`${report}bits per held-out byte: ${bits.toFixed(4)} here, ${theirs.toFixed(4)} in PyTorch\n`);
    return greatest < 1e-2 && Math.abs(bits - theirs) < 0.02 ? 0 : 1;
  },
};

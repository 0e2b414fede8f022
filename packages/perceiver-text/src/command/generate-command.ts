import { setImmediate } from 'node:timers/promises';
import { checkModelOptions, modelOptions, predictCommand, pretrainedOptions } from 'perceiver-inference';
import { z } from 'zod';
import { PerceiverForCausalLanguageModel } from '../predict/causal-language.js';
import { VOCABULARY_SIZE } from '../tokenizer/special-tokens.js';

/** Size of a model of random weights. */
const SMALL = {
  vocabSize: VOCABULARY_SIZE,
  maxSeqLen: 128,
  maxLatents: 64,
  numChannels: 64,
  numHeads: 4,
  numSelfAttentionLayers: 2,
  absolutePositions: false,
};

/** `perceiver-text generate`. */
export const generateCommand = predictCommand({
  name: 'generate',
  summary: 'continues a text, byte by byte',
  arguments: [{ name: 'PROMPT', description: 'what to continue; empty to begin from nothing', optional: true }],
  schema: z.strictObject({
    ...modelOptions,
    maxNewTokens: z.int().min(1).default(500).describe('bytes to write'),
    temperature: z.number().min(0).default(0.8).describe('0 takes the most likely byte, 1 draws as the model says'),
    topK: z.int().min(1).optional().describe('draw among this many bytes only'),
    seed: z.int().min(0).default(0).describe('of the draws'),
  }),
  async run({ arguments: [prompt = ''], settings, output, signal }) {
    checkModelOptions(settings);
    const { model, randomWeights, maxNewTokens, temperature, topK, seed } = settings;
    const predictor =
      model === undefined
        ? PerceiverForCausalLanguageModel.fromRandomWeights(SMALL, randomWeights!)
        : await PerceiverForCausalLanguageModel.fromPretrained(model, pretrainedOptions(settings, { signal }));
    try {
      let text = prompt;
      output.text(prompt);
      for await (const piece of predictor.generate(prompt, { maxNewTokens, temperature, topK, seed })) {
        output.text(piece.text);
        text += piece.text;
        // An engine that computes at once leaves the event loop no turn, in which Ctrl-C would be seen.
        await setImmediate();
        if (signal.aborted) break;
      }
      output.text('\n');
      output.record({ text });
    } finally {
      await predictor.dispose();
    }
  },
});

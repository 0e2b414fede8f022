import * as tf from '@tensorflow/tfjs';
import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { declareParameters, initializeParameters, ModelError } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { textStream } from '../generate/text-stream.js';
import { type GenerateTokensOptions, tokenGenerator } from '../generate/token-generator.js';
import { parseCausalConfig } from '../load/causal-config.js';
import { type CausalLanguageModelConfig, causalLanguageModel } from '../model/causal-language-model.js';
import { encodeText } from '../tokenizer/encode-text.js';
import { BYTE_OFFSET, VOCABULARY_SIZE } from '../tokenizer/special-tokens.js';

export interface GenerateOptions extends Omit<GenerateTokensOptions, 'firstId'> {
  /** What the model begins from when the prompt is empty; not part of the result. A line break by default. */
  readonly start?: string;
}

/** A byte of generated text. */
export interface GeneratedText {
  /** Byte plus 6. */
  readonly id: number;
  /** The characters that this byte completes; empty within a character. */
  readonly text: string;
}

/** A causal language model with its weights. */
export interface CausalLanguagePredictor {
  readonly config: CausalLanguageModelConfig;
  /** Continues a prompt, byte by byte. The text of all results together is UTF-8, broken characters replaced. */
  generate(prompt: string | Uint8Array, options?: GenerateOptions): AsyncGenerator<GeneratedText>;
  dispose(): Promise<void>;
}

/**
 * Makes a predictor from a configuration and parameters.
 *
 * @param parameters the weights; `dispose` leaves them to the caller when they are given as a function
 */
export function causalLanguagePredictor(
  config: CausalLanguageModelConfig,
  parameters: Record<string, tf.Tensor> | (() => Record<string, tf.Tensor>),
): CausalLanguagePredictor {
  if (config.vocabSize !== VOCABULARY_SIZE) {
    throw new ModelError(
      `causal language model of bytes: expected vocabSize ${VOCABULARY_SIZE}, got ${config.vocabSize}`,
    );
  }
  const borrowed = typeof parameters === 'function';
  const generator = tokenGenerator(causalLanguageModel(config), borrowed ? parameters : () => parameters);
  return {
    config,
    async *generate(prompt, { start = '\n', ...options } = {}) {
      const ids = encodeText(prompt.length === 0 ? start : prompt, { addSpecialTokens: false });
      const stream = textStream();
      let made = 0;
      // Only bytes are drawn: special tokens stand between texts, not in them.
      for await (const { id } of generator.generate(ids, { ...options, firstId: BYTE_OFFSET })) {
        made++;
        const last = made === options.maxNewTokens;
        yield { id, text: stream.push(id) + (last ? stream.end() : '') };
      }
    },
    async dispose() {
      await generator.dispose();
      if (!borrowed) tf.dispose(parameters);
    },
  };
}

/** Opens causal language models of bytes. */
export const PerceiverForCausalLanguageModel = {
  /**
   * Opens a model by its name on the Hugging Face hub, or by the path of a file, a folder or a training run.
   *
   * @throws CheckpointError and its kinds, ModelError
   */
  async fromPretrained(idOrPath: string, options: LoadPretrainedOptions = {}): Promise<CausalLanguagePredictor> {
    const kind = { parseConfig: parseCausalConfig, build: causalLanguageModel };
    const { config, parameters } = await openModel(idOrPath, kind, options);
    return causalLanguagePredictor(config, parameters);
  },

  /** A model of random weights, which writes noise. */
  fromRandomWeights(config: CausalLanguageModelConfig, seed: number): CausalLanguagePredictor {
    return causalLanguagePredictor(config, initializeParameters(declareParameters(causalLanguageModel(config)), seed));
  },
};

import * as tf from '@tensorflow/tfjs';
import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { bindParameters, declareParameters, initializeParameters, ModelError } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { byteTokenizer, filesOfTokenizers, modelTokenizer, type Tokenizer } from 'perceiver-tokenizers';
import { jit } from 'tfjs-backend-onnxruntime';
import { parseMaskedConfig } from '../load/masked-config.js';
import { type MaskedLanguageModelConfig, maskedLanguageModel } from '../model/masked-language-model.js';
import { type TextCodec, tokenCodec } from '../tokenizer/text-codec.js';
import { bestFillings } from './best-fillings.js';
import { type TextEncoder, textEncoder } from './text-encoder.js';

export interface FillMaskOptions {
  /** Suggestions for each run of masks; 5 by default. */
  readonly topK?: number;
  /** Bytes, or tokens of a model with a tokenizer, that one `[MASK]` stands for; 1 by default. */
  readonly bytesPerMask?: number;
}

/** A suggestion for a run of masks. */
export interface MaskSuggestion {
  readonly text: string;
  /** Product of the bytes' (tokens') probabilities. */
  readonly probability: number;
}

export interface FilledMasks {
  /** The text with every run of masks filled by its best suggestion. */
  readonly text: string;
  /** A list of suggestions, best first, for each run of masks in order. */
  readonly masks: readonly {
    /** Bytes, or tokens. */ readonly bytes: number;
    readonly suggestions: readonly MaskSuggestion[];
  }[];
}

/** A masked language model with its weights. */
export interface MaskedLanguagePredictor extends TextEncoder {
  readonly config: MaskedLanguageModelConfig;
  readonly tokenizer: Tokenizer;
  /** Predicts what stands in place of `[MASK]`; neighbouring masks are filled together. */
  fillMask(text: string, options?: FillMaskOptions): Promise<FilledMasks>;
}

/**
 * Makes a predictor from a configuration and parameters, which it takes over.
 *
 * @param tokenizer bytes by default
 */
export function maskedLanguagePredictor(
  config: MaskedLanguageModelConfig,
  parameters: Record<string, tf.Tensor>,
  tokenizer: Tokenizer = byteTokenizer,
): MaskedLanguagePredictor {
  const codec = tokenCodec(tokenizer);
  const model = maskedLanguageModel(config);
  const { maxPositions, vocabSize } = config;
  const probabilitiesOf = jit(
    (weights: Record<string, tf.Tensor>, inputIds: tf.Tensor2D, attentionMask: tf.Tensor2D) =>
      tf.softmax(model.apply(bindParameters(weights), { inputIds, attentionMask }).logits.squeeze([0])),
    { name: 'fill mask', constants: [0] },
  );
  const encoder = textEncoder(config, parameters);
  return {
    config,
    tokenizer,
    limit: encoder.limit,
    encode: async (texts, options) => {
      if (codec.unit === 'byte') return encoder.encode(texts, options);
      throw new ModelError('encode: expected a model of bytes, got one with a tokenizer');
    },
    async fillMask(text, { topK = 5, bytesPerMask = 1 } = {}) {
      for (const [option, value] of Object.entries({ topK, bytesPerMask })) {
        if (!(Number.isInteger(value) && value >= 1)) {
          throw new RangeError(`fillMask: expected ${option} of 1 or more, got ${value}`);
        }
      }
      const ids = codec.encode(text.replaceAll('[MASK]', '[MASK]'.repeat(bytesPerMask)));
      if (ids.length > maxPositions) {
        throw new RangeError(
          `fillMask: expected at most ${maxPositions - 2} ${codec.unit}s of text, got ${ids.length - 2}`,
        );
      }
      const runs = maskRuns(ids, codec);
      if (runs.length === 0) throw new RangeError('fillMask: expected a text with [MASK] in it, got one without');
      // Padded to one length, so that texts of any length share one compiled graph.
      const padded = [...ids, ...Array<number>(maxPositions - ids.length).fill(codec.padding)];
      const inputs = [
        tf.tensor2d([padded], [1, maxPositions], 'int32'),
        tf.tensor2d([padded.map((_, i) => (i < ids.length ? 1 : 0))], [1, maxPositions], 'int32'),
      ] as const;
      const result = await probabilitiesOf(parameters, ...inputs);
      const probabilities = (await result.data()) as Float32Array;
      tf.dispose([result, ...inputs]);
      const masks = runs.map(([start, end]) => {
        const rows = [];
        for (let i = start; i < end; i++) {
          // Ids behind the tokenizer's stand for nothing.
          rows.push(probabilities.subarray(i * vocabSize, i * vocabSize + tokenizer.vocabSize));
        }
        const fillings = bestFillings(rows, topK);
        fillings[0]!.ids.forEach((id, i) => {
          ids[start + i] = id;
        });
        const suggestions = fillings.map(({ ids: filling, probability }) => ({
          text: codec.decode(filling),
          probability,
        }));
        return { bytes: end - start, suggestions };
      });
      return { text: codec.decode(ids.slice(1, -1)), masks };
    },
    async dispose() {
      await probabilitiesOf.dispose();
      await encoder.dispose();
      tf.dispose(parameters);
    },
  };
}

function maskRuns(ids: readonly number[], { mask }: TextCodec): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] !== mask) continue;
    const start = i;
    while (ids[i + 1] === mask) i++;
    runs.push([start, i + 1]);
  }
  return runs;
}

/** How a masked language model is opened. */
export interface MaskedLoadOptions extends LoadPretrainedOptions {
  /** Path of a SentencePiece `.model`, `tokenizer.json` or `vocab.txt`; by default what lies beside the weights, bytes for 262 ids. */
  readonly tokenizer?: string;
}

/** Opens masked language models. */
export const PerceiverForMaskedLanguageModel = {
  /**
   * Opens a model by its name on the Hugging Face hub (`deepmind/language-perceiver`), or by the path of a file, a folder or a
   * training run.
   *
   * @throws CheckpointError and its kinds, ModelError, TokenizerError
   */
  async fromPretrained(idOrPath: string, options: MaskedLoadOptions = {}): Promise<MaskedLanguagePredictor> {
    const { tokenizer: given, ...rest } = options;
    const architectures = ['PerceiverForMaskedLM'];
    const kind = { parseConfig: parseMaskedConfig, build: maskedLanguageModel, architectures };
    const { config, parameters, files } = await openModel(idOrPath, kind, {
      ...rest,
      optionalFiles: filesOfTokenizers,
    });
    try {
      const { vocabSize } = config;
      return maskedLanguagePredictor(config, parameters, await modelTokenizer(idOrPath, { vocabSize, given, files }));
    } catch (error) {
      tf.dispose(parameters);
      throw error;
    }
  },

  /** A model of random weights: nothing it says makes sense, but it takes the time and memory of a trained one. */
  fromRandomWeights(
    config: MaskedLanguageModelConfig,
    seed: number,
    tokenizer: Tokenizer = byteTokenizer,
  ): MaskedLanguagePredictor {
    const parameters = initializeParameters(declareParameters(maskedLanguageModel(config)), seed);
    return maskedLanguagePredictor(config, parameters, tokenizer);
  },
};

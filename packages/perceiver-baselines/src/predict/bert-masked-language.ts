import * as tf from '@tensorflow/tfjs';
import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { bindParameters, declareParameters, initializeParameters, ModelError } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { filesOfTokenizers, modelTokenizer, type Tokenizer } from 'perceiver-tokenizers';
import { jit } from 'tfjs-backend-onnxruntime';
import type { BertConfig } from '../bert/bert-config.js';
import { bertMaskedLanguageModel } from '../bert/bert-masked-language-model.js';
import { bertMaskedLanguageKind } from '../load/bert-kinds.js';

/** A token for a mask. */
export interface BertSuggestion {
  /** As the vocabulary has it: `dog`, `##s`, `▁dog`. */
  readonly token: string;
  /** Its text; with `##` in front where it continues a word. */
  readonly text: string;
  readonly probability: number;
}

export interface BertFilledMasks {
  /** The text with every mask filled by its best suggestion. */
  readonly text: string;
  /** Suggestions for each mask in order, best first; masks are predicted independently. */
  readonly masks: readonly (readonly BertSuggestion[])[];
}

/** A BERT with its weights and its tokenizer. */
export interface BertMaskedLanguagePredictor {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  /** Predicts the token in place of each `[MASK]`, `topK` suggestions each (5 by default). */
  fillMask(text: string, options?: { readonly topK?: number }): Promise<BertFilledMasks>;
  dispose(): Promise<void>;
}

/** Texts are padded to a multiple of it, so that few graphs serve all lengths. */
const LENGTH_STEP = 64;

/** Makes a predictor from a configuration, a tokenizer and parameters, which it takes over. */
export function bertMaskedLanguagePredictor(
  config: BertConfig,
  tokenizer: Tokenizer,
  parameters: Record<string, tf.Tensor>,
): BertMaskedLanguagePredictor {
  const model = bertMaskedLanguageModel(config);
  const { maxPositions } = config;
  const { mask, padding = 0 } = tokenizer.special;
  if (mask === undefined) throw new ModelError('fillMask: expected a tokenizer with a [MASK], got one without');
  const bestOf = jit(
    (weights: Record<string, tf.Tensor>, inputIds: tf.Tensor2D, attentionMask: tf.Tensor2D) =>
      tf.softmax(model.apply(bindParameters(weights), { inputIds, attentionMask }).logits.squeeze([0])),
    { name: 'BERT fill mask', constants: [0] },
  );
  return {
    config,
    tokenizer,
    async fillMask(text, { topK = 5 } = {}) {
      if (!(Number.isInteger(topK) && topK >= 1)) {
        throw new RangeError(`fillMask: expected topK of 1 or more, got ${topK}`);
      }
      const { ids } = tokenizer.encode(text);
      if (ids.length > maxPositions) {
        throw new RangeError(
          `fillMask: expected at most ${maxPositions} tokens, [CLS] and [SEP] included, got ${ids.length}`,
        );
      }
      const places = ids.flatMap((id, at) => (id === mask ? [at] : []));
      if (places.length === 0) throw new RangeError('fillMask: expected a text with [MASK] in it, got one without');
      const length = Math.min(maxPositions, LENGTH_STEP * Math.ceil(ids.length / LENGTH_STEP));
      const padded = Int32Array.from({ length }, (_, at) => ids[at] ?? padding);
      const inputs = [
        tf.tensor2d(padded, [1, length], 'int32'),
        tf.tensor2d(
          padded.map((_, at) => (at < ids.length ? 1 : 0)),
          [1, length],
          'int32',
        ),
      ] as const;
      const result = await bestOf(parameters, ...inputs);
      const probabilities = (await result.data()) as Float32Array;
      tf.dispose([result, ...inputs]);
      const masks = places.map((at) => {
        const row = probabilities.subarray(at * config.vocabSize, (at + 1) * config.vocabSize);
        return bestTokens(row, topK, tokenizer);
      });
      return { text: filled(text, tokenizer, masks), masks };
    },
    async dispose() {
      await bestOf.dispose();
      tf.dispose(parameters);
    },
  };
}

/** The most likely tokens; ids behind the tokenizer's are padding of the model's table. */
function bestTokens(probabilities: Float32Array, count: number, tokenizer: Tokenizer): BertSuggestion[] {
  return Array.from(probabilities.subarray(0, tokenizer.vocabSize), (probability, id) => ({ probability, id }))
    .sort((a, b) => b.probability - a.probability || a.id - b.id)
    .slice(0, count)
    .map(({ probability, id }) => ({
      token: tokenizer.tokenOf(id)!,
      text: tokenizer.decode([id], { skipSpecialTokens: false }),
      probability,
    }));
}

function filled(text: string, tokenizer: Tokenizer, masks: readonly (readonly BertSuggestion[])[]): string {
  const name = tokenizer.tokenOf(tokenizer.special.mask!)!;
  let next = 0;
  return text.replaceAll(name, () => masks[next++]![0]!.text.replace(/^##/, ''));
}

/** How a BERT is opened. */
export interface BertLoadOptions extends LoadPretrainedOptions {
  /** Path of a `tokenizer.json`, SentencePiece `.model` or `vocab.txt`; by default what lies beside the weights. */
  readonly tokenizer?: string;
}

/** Opens masked language models of BERT. */
export const BertForMaskedLanguageModel = {
  /**
   * Opens a model by its name on the Hugging Face hub (`bert-base-uncased`), or by the path of a file, a folder or a training run.
   *
   * @throws CheckpointError and its kinds, ModelError, TokenizerError
   */
  async fromPretrained(idOrPath: string, options: BertLoadOptions = {}): Promise<BertMaskedLanguagePredictor> {
    const { tokenizer: given, ...rest } = options;
    const wanted = { ...rest, optionalFiles: filesOfTokenizers };
    const { config, parameters, files } = await openModel(idOrPath, bertMaskedLanguageKind, wanted);
    try {
      const { vocabSize } = config;
      const tokenizer = await modelTokenizer(idOrPath, { vocabSize, given, files });
      return bertMaskedLanguagePredictor(config, tokenizer, parameters);
    } catch (error) {
      tf.dispose(parameters);
      throw error;
    }
  },

  /** A model of random weights: nothing it says makes sense, but it takes the time and memory of a trained one. */
  fromRandomWeights(config: BertConfig, tokenizer: Tokenizer, seed: number): BertMaskedLanguagePredictor {
    const declaration = declareParameters(bertMaskedLanguageModel(config));
    return bertMaskedLanguagePredictor(config, tokenizer, initializeParameters(declaration, seed));
  },
};

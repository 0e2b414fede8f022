/** A variant of `train-text glue --preset sst2-words`, to be measured beside it. */
export interface Ingredient {
  readonly name: string;
  /** Settings of the command line that differ from the preset's. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Steps, as a factor of the others'. */
  readonly stepFactor?: number;
  /** Starts from the masked language model of {@link pretraining}. */
  readonly pretrained?: boolean;
}

/** Longest text in bytes, with the tokens at its ends. */
const BYTES = 256;

/** The preset's encoder; a masked language model gives its own. */
const encoder = {
  'model.modelChannels': 64,
  'model.numLatents': 16,
  'model.latentChannels': 64,
  'model.qkChannels': 64,
  'model.vChannels': 64,
  'model.numSelfAttendsPerBlock': 2,
  'model.numSelfAttentionHeads': 4,
  'model.numCrossAttentionHeads': 4,
};

const bytes = { 'model.inputs': 'bytes', 'model.maxPositions': BYTES };

/** What is measured; the first is what the others are compared with. */
export const ingredients: readonly Ingredient[] = [
  { name: 'all', settings: {} },
  { name: 'bytes in place of words', settings: bytes },
  { name: 'no 4-grams', settings: { 'model.wordFeatures': 1 } },
  { name: 'no word dropout', settings: { 'training.wordDropout': 0 } },
  { name: 'no label smoothing', settings: { 'training.labelSmoothing': 0 } },
  { name: 'no attention dropout', settings: { 'model.attentionDropout': 0 } },
  { name: 'half the steps', settings: {}, stepFactor: 0.5 },
  { name: 'twice the steps', settings: {}, stepFactor: 2 },
  { name: 'pre-trained bytes', settings: bytes, pretrained: true },
];

/** `train-text mlm` settings that make the masked language model, on the task's own sentences: first pieces of 16 bytes, then of 64. */
export function pretraining(sentences: string, steps: number): Readonly<Record<string, string | number>> {
  const half = Math.max(1, Math.floor(steps / 2));
  return {
    ...encoder,
    'model.maxPositions': BYTES,
    'model.decoderQkChannels': 64,
    'data.text': sentences,
    'data.heldOutShare': 0.02,
    'training.steps': steps,
    'training.batchSize': 32,
    'training.learningRate': 1e-3,
    'training.initialWeights': 'variance-scaling',
    'training.shortContexts': JSON.stringify([
      { length: 16, steps: half },
      { length: 64, steps: steps - half },
    ]),
  };
}

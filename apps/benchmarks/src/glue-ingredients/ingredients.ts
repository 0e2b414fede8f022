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

/** Orthogonal updates at the same weight decay a step as the preset's, which is learning rate times decay. */
const muon = { 'training.optimizer': 'muon', 'training.learningRate': 4e-3, 'training.weightDecay': 0.0125 };

/** What is measured; the first is what the others are compared with. */
export const ingredients: readonly Ingredient[] = [
  { name: 'all', settings: {} },
  { name: 'bytes in place of words', settings: bytes },
  { name: 'no 4-grams', settings: { 'model.wordFeatures': 1 } },
  { name: 'no word dropout', settings: { 'training.wordDropout': 0 } },
  { name: 'no label smoothing', settings: { 'training.labelSmoothing': 0 } },
  { name: 'attention dropout', settings: { 'model.attentionDropout': 0.1 } },
  { name: 'Muon', settings: muon },
  { name: 'half the steps', settings: {}, stepFactor: 0.5 },
  { name: 'twice the steps', settings: {}, stepFactor: 2 },
  { name: 'bytes with Muon', settings: { ...bytes, ...muon } },
  { name: 'pre-trained bytes', settings: bytes, pretrained: true },
];

/** Lengths of the pieces that the masked language model sees one after the other, and their share of its steps. */
const stages = [
  { length: 16, share: 0.2 },
  { length: 32, share: 0.15 },
  { length: 64, share: 0.2 },
  { length: 128, share: 0.2 },
];

/**
 * `train-text mlm` settings that make the masked language model, on the task's own sentences: pieces that grow from the first positions,
 * with Muon (docs/masked-language-models.md), then whole windows.
 */
export function pretraining(sentences: string, steps: number): Readonly<Record<string, string | number>> {
  return {
    ...encoder,
    'model.maxPositions': BYTES,
    'model.decoderQkChannels': 64,
    'data.text': sentences,
    'data.heldOutShare': 0.02,
    'training.steps': steps,
    'training.batchSize': 32,
    'training.optimizer': 'muon',
    'training.learningRate': 4e-3,
    'training.initialWeights': 'variance-scaling',
    'training.initialPositions': 'fourier',
    'training.shortContexts': JSON.stringify(
      stages.map(({ length, share }) => ({ length, within: length, steps: Math.max(1, Math.floor(steps * share)) })),
    ),
  };
}

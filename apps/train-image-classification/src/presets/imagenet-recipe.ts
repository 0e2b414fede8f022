import type { PlainConfig } from 'perceiver-training/node';

/** ImageNet at 224 x 224, its usual means and deviations. */
export const imageNetData: PlainConfig = {
  size: [224, 224],
  colours: 3,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** A batch of 1024 as 64 batches whose gradients are averaged; what memory does not hold at once. */
const batch: PlainConfig = { batchSize: 16, accumulate: 64, checkpointSeconds: 1800 };

/** Training of Perceiver IO on ImageNet (Perceiver IO, appendix): 110 epochs, the second half along a cosine, no warm-up. */
export const perceiverIoTraining: PlainConfig = {
  ...batch,
  epochs: 110,
  optimizer: 'lamb',
  learningRate: 5e-4,
  learningRateBatch: 256,
  schedule: 'constant-cosine',
  constantShare: 0.5,
  weightDecay: 0.1,
  b2: 0.999,
  eps: 1e-6,
  maxNorm: 10,
  labelSmoothing: 0.1,
};

/** Training of the Perceiver of 2021 on ImageNet (Perceiver, section 4.1): the rate is divided by 10 after epochs 84, 102 and 114 of 120. */
export const perceiver2021Training: PlainConfig = {
  ...batch,
  epochs: 120,
  optimizer: 'lamb',
  learningRate: 4e-3,
  schedule: 'steps',
  boundaries: [84 / 120, 102 / 120, 114 / 120],
  weightDecay: 0.1,
  b2: 0.999,
  eps: 1e-6,
  maxNorm: 10,
};

/** Inception crop, mirroring, RandAugment of 4 layers and magnitude 5 (Perceiver, section 4.1). */
export const imageNetAugmentation: PlainConfig = {
  inceptionCrop: true,
  mirror: 0.5,
  randAugmentLayers: 4,
  randAugmentMagnitude: 5,
};

/** The same with MixUp and CutMix on half of each batch (Perceiver IO, appendix H). */
export const perceiverIoAugmentation: PlainConfig = { ...imageNetAugmentation, mixUp: 0.2, cutMix: true };

/** Latents and self-attends that the models share: 512 x 1024, 8 blocks of 6. */
export const imageNetModel: PlainConfig = {
  numLatents: 512,
  latentChannels: 1024,
  numBlocks: 8,
  numSelfAttendsPerBlock: 6,
  numSelfAttentionHeads: 8,
  numCrossAttentionHeads: 1,
};

/** Evaluations of a long run. */
export const imageNetEvaluation: PlainConfig = { everySeconds: 3600, batchSize: 16, maxPictures: 5000 };

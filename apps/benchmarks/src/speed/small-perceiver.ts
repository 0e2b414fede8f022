import type * as tf from '@tensorflow/tfjs';
import { type Perceiver, runPerceiver, type Scope, type TensorSpecs } from 'perceiver-core';

/** Sizes of the small training step; `peers/speed_small_step.py` has the same. */
export const SMALL = { batch: 8, inputs: 2048, channels: 64, classes: 10 } as const;

const parts: Perceiver<tf.Tensor3D> = {
  encoder: {
    numLatents: 128,
    latentChannels: 128,
    numCrossAttentionHeads: 4,
    numSelfAttentionHeads: 4,
    numSelfAttendsPerBlock: 4,
    numBlocks: 1,
    qkChannels: 128,
    vChannels: 128,
  },
  inputAdapter: (_scope, inputs) => ({ inputs }),
  numClasses: SMALL.classes,
};

/** A Perceiver of one cross-attend and four self-attends, widening factor 1, with a classifier on the mean of its latents. */
export const smallPerceiver = {
  /** `inputs` `[B, M, C]` to logits `[B, 10]`. */
  apply: (scope: Scope, { inputs }: { inputs: tf.Tensor3D }): tf.Tensor2D => runPerceiver(scope, inputs, parts).logits,
  exampleInputs: (batch: number = SMALL.batch): TensorSpecs => ({
    inputs: { shape: [batch, SMALL.inputs, SMALL.channels], dtype: 'float32' },
  }),
};

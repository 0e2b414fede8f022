import type { Preset } from 'perceiver-training/node';
import {
  imageNetAugmentation,
  imageNetData,
  imageNetEvaluation,
  imageNetModel,
  perceiver2021Training,
} from './imagenet-recipe.js';

/**
 * The Perceiver of 2021 (Perceiver, section 4.1 and table 1): 8 cross-attends, a block of 6 self-attends after each, the average of the
 * latents; 44.9M parameters, 78.0 top-1.
 *
 *     train-image-classification --preset imagenet-perceiver-2021 --dataset FOLDER
 *
 * Costs 706 GFLOPs a picture forwards (the paper says 707) and about 3.3e20 FLOPs in all. The ablations: `--model.sharing none
 * --model.firstBlockShared false` (326M parameters, 72.9 top-1), `--model.input pixels --model.numCrossAttends 1` (learned positions,
 * 70.9), `--model.permuted`.
 */
export const imagenetPerceiver2021: Preset = {
  summary: 'the Perceiver of 2021 on ImageNet, 45M parameters, 78.0 top-1; needs many accelerators',
  config: {
    dataset: 'imagenet',
    data: imageNetData,
    augmentation: imageNetAugmentation,
    model: {
      ...imageNetModel,
      input: 'fourier',
      numBands: 64,
      maxResolution: 224,
      numCrossAttends: 8,
      head: 'average',
    },
    training: perceiver2021Training,
    evaluation: imageNetEvaluation,
  },
};

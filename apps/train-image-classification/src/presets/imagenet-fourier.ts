import type { Preset } from 'perceiver-training/node';
import {
  imageNetData,
  imageNetEvaluation,
  imageNetModel,
  perceiverIoAugmentation,
  perceiverIoTraining,
} from './imagenet-recipe.js';

/**
 * Perceiver IO on pixels and Fourier features (Perceiver IO, section 4.6 and table 6): 48,440,627 parameters, 79.0 top-1.
 *
 *     train-image-classification --preset imagenet-fourier --dataset FOLDER
 *
 * Costs 406 GFLOPs a picture forwards and about 1.7e20 FLOPs in all: some days on 64 accelerators, centuries on 2 cores.
 */
export const imagenetFourier: Preset = {
  summary: 'Perceiver IO with Fourier features on ImageNet, 48M parameters, 79.0 top-1; needs many accelerators',
  config: {
    dataset: 'imagenet',
    data: imageNetData,
    augmentation: perceiverIoAugmentation,
    model: { ...imageNetModel, input: 'fourier', numBands: 64, maxResolution: 224 },
    training: perceiverIoTraining,
    evaluation: imageNetEvaluation,
  },
};

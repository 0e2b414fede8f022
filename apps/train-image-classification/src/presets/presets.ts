import type { Preset } from 'perceiver-training/node';
import { fashionMnist } from './fashion-mnist.js';
import { fashionMnistConv } from './fashion-mnist-conv.js';
import { fashionMnistPatches } from './fashion-mnist-patches.js';
import { imagenetConv } from './imagenet-conv.js';
import { imagenetFourier } from './imagenet-fourier.js';
import { imagenetLearned } from './imagenet-learned.js';
import { imagenetPerceiver2021 } from './imagenet-perceiver-2021.js';
import { imagenetPretraining } from './imagenet-pretraining.js';
import { tiny } from './tiny.js';
import { tinyVariant } from './tiny-variant.js';

/** Experiments of the papers by name. */
const published: Readonly<Record<string, Preset>> = {
  'imagenet-fourier': imagenetFourier,
  'imagenet-learned': imagenetLearned,
  'imagenet-conv': imagenetConv,
  'imagenet-perceiver-2021': imagenetPerceiver2021,
  'imagenet-pretraining-16x-unshared': imagenetPretraining,
};

/** Experiments by name; each published one also as `NAME-tiny`. */
export const presets: Readonly<Record<string, Preset>> = {
  'fashion-mnist': fashionMnist,
  'fashion-mnist-patches': fashionMnistPatches,
  'fashion-mnist-conv': fashionMnistConv,
  ...published,
  tiny,
  ...Object.fromEntries(Object.entries(published).map(([name, preset]) => [`${name}-tiny`, tinyVariant(preset, name)])),
};

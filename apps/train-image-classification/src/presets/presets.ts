import type { Preset } from 'perceiver-training/node';
import { fashionMnist } from './fashion-mnist.js';
import { fashionMnistPatches } from './fashion-mnist-patches.js';
import { tiny } from './tiny.js';

/** Experiments by name. */
export const presets: Readonly<Record<string, Preset>> = {
  'fashion-mnist': fashionMnist,
  'fashion-mnist-patches': fashionMnistPatches,
  tiny,
};

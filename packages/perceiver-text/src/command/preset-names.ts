import { maskedLanguageModelPresets } from '../model/presets/masked-presets.js';

/** Sizes of masked language models. */
export const presetNames = Object.keys(maskedLanguageModelPresets) as (keyof typeof maskedLanguageModelPresets)[];

import { modelOptions } from 'perceiver-inference';
import { z } from 'zod';
import { opticalFlowPresets } from '../model/presets/optical-flow-presets.js';

const presets = Object.keys(opticalFlowPresets) as (keyof typeof opticalFlowPresets)[];

/** Options that say which model, shared by all commands. */
export const flowModelOptions = {
  ...modelOptions,
  preset: z.enum(presets).default('optical-flow-perceiver').describe('size of a model of random weights'),
};

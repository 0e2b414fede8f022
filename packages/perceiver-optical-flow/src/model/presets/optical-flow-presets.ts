import type { OpticalFlowModelConfig } from '../optical-flow-model.js';
import { opticalFlowPerceiver } from './optical-flow-perceiver.js';
import { opticalFlowTiny } from './optical-flow-tiny.js';

/** Optical flow models by name. */
export const opticalFlowPresets = {
  'optical-flow-perceiver': opticalFlowPerceiver,
  tiny: opticalFlowTiny,
} satisfies Record<string, OpticalFlowModelConfig>;

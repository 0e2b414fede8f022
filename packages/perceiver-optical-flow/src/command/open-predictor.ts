import { opticalFlowPresets } from '../model/presets/optical-flow-presets.js';
import { OpticalFlow } from '../predict/optical-flow.js';
import type { OpticalFlowPredictor } from '../predict/optical-flow-predictor.js';

/** The predictor that a command's options say. */
export async function openPredictor(settings: {
  readonly model?: string;
  readonly randomWeights?: number;
  readonly preset: keyof typeof opticalFlowPresets;
}): Promise<OpticalFlowPredictor> {
  const { model, randomWeights, preset } = settings;
  if (model !== undefined) return OpticalFlow.fromPretrained(model);
  return OpticalFlow.fromRandomWeights(opticalFlowPresets[preset], randomWeights!);
}

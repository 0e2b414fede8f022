import { pretrainedOptions } from 'perceiver-inference';
import { opticalFlowPresets } from '../model/presets/optical-flow-presets.js';
import { OpticalFlow } from '../predict/optical-flow.js';
import type { OpticalFlowPredictor } from '../predict/optical-flow-predictor.js';

/** The predictor that a command's options say; opening it is ended by `signal`. */
export async function openPredictor(
  settings: Parameters<typeof pretrainedOptions>[0] & { readonly preset: keyof typeof opticalFlowPresets },
  signal: AbortSignal,
): Promise<OpticalFlowPredictor> {
  const { model, randomWeights, preset } = settings;
  if (model !== undefined) return OpticalFlow.fromPretrained(model, pretrainedOptions(settings, { signal }));
  return OpticalFlow.fromRandomWeights(opticalFlowPresets[preset], randomWeights!);
}

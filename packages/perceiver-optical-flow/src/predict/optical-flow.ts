import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { declareParameters, initializeParameters } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { parseFlowConfig } from '../load/flow-config.js';
import { type OpticalFlowModelConfig, opticalFlowModel } from '../model/optical-flow-model.js';
import { type OpticalFlowPredictor, opticalFlowPredictor } from './optical-flow-predictor.js';

/** Opens optical flow models. */
export const OpticalFlow = {
  /**
   * Opens a model by its name on the Hugging Face hub (`deepmind/optical-flow-perceiver`), or by the path of a file, a folder or a
   * training run.
   *
   * @throws CheckpointError and its kinds, ModelError
   */
  async fromPretrained(idOrPath: string, options: LoadPretrainedOptions = {}): Promise<OpticalFlowPredictor> {
    const { config, parameters } = await openModel(
      idOrPath,
      { parseConfig: parseFlowConfig, build: opticalFlowModel, architectures: ['PerceiverForOpticalFlow'] },
      options,
    );
    return opticalFlowPredictor(config, parameters);
  },

  /** A model of random weights: its flow means nothing, but takes the time and memory of a trained one's. */
  fromRandomWeights(config: OpticalFlowModelConfig, seed: number): OpticalFlowPredictor {
    return opticalFlowPredictor(config, initializeParameters(declareParameters(opticalFlowModel(config)), seed));
  },
};

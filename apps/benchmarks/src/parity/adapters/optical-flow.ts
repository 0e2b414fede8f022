import type * as tf from '@tensorflow/tfjs';
import { opticalFlowModel, parseFlowConfig } from 'perceiver-optical-flow';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel } from '../check-model.js';

/** Constants that transformers' class has and `config.json` lacks. */
interface FlowArch {
  readonly num_bands: number;
  readonly conv_out_channels: number;
  readonly rescale_factor: number;
}

/** Hugging Face's `PerceiverForOpticalFlow`. */
export const opticalFlowAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.head === 'PerceiverForOpticalFlow',
  check: (fixture, options) => {
    const arch = fixture.meta.arch as FlowArch;
    const config = {
      ...parseFlowConfig(fixture.config),
      numBands: arch.num_bands,
      patchFeatures: arch.conv_out_channels,
      rescaleFactor: arch.rescale_factor,
    };
    return checkModel(
      fixture,
      {
        model: opticalFlowModel(config) as AnyModel,
        inputsOf: (_case, tensor) => ({ patches: tensor('patches')! }),
        loss: ({ logits }) => (logits as tf.Tensor).square().mean(),
        intermediateName: (name) => (name === 'decoder_output' ? 'logits' : name),
      },
      options,
    );
  },
};

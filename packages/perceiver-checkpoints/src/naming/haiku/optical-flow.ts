import { type HaikuModel, TANH_GELU } from './haiku-model.js';

/** Optical flow: optical_flow_checkpoint.pystate, 164,271,840 bytes. */
export const haikuOpticalFlow: HaikuModel = {
  id: 'deepmind/optical-flow-perceiver',
  marker: 'flow_decoder/~/basic_decoder/output/w',
  modules: {
    'image_preprocessor/patches_linear': 'perceiver.input_preprocessor.conv_after_patches',
    'flow_decoder/~/basic_decoder/output': 'perceiver.decoder.decoder.final_layer',
  },
  encoder: 'perceiver_encoder/~',
  decoder: ['flow_decoder/~/basic_decoder/cross_attention', 'perceiver.decoder.decoder.decoding_cross_attention'],
  computes: TANH_GELU,
  config: {
    model_type: 'perceiver',
    architectures: ['PerceiverForOpticalFlow'],
    train_size: [368, 496],
    d_model: 322,
    num_latents: 2048,
    d_latents: 512,
    num_blocks: 1,
    num_self_attends_per_block: 24,
    num_self_attention_heads: 16,
    num_cross_attention_heads: 1,
  },
};

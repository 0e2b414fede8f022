import { type HaikuModel, TANH_GELU } from './haiku-model.js';

const DECODER = 'classification_decoder/~/basic_decoder';
const BATCH_NORM = 'image_preprocessor/~/conv2_d_downsample/~/batchnorm';

const shared = {
  parameters: {
    [`${DECODER}/~/trainable_position_encoding/pos_embs`]:
      'perceiver.decoder.decoder.output_position_encodings.position_embeddings',
  },
  modules: { [`${DECODER}/output`]: 'perceiver.decoder.decoder.final_layer' },
  encoder: 'perceiver_encoder/~',
  decoder: [`${DECODER}/cross_attention`, 'perceiver.decoder.decoder.decoding_cross_attention'],
  computes: TANH_GELU,
  config: {
    model_type: 'perceiver',
    num_labels: 1000,
    num_latents: 512,
    d_latents: 1024,
    num_blocks: 8,
    num_self_attends_per_block: 6,
    num_self_attention_heads: 8,
    num_cross_attention_heads: 1,
  },
} as const;

/** Image classification after a convolution: imagenet_conv_preprocessing.pystate, 194,601,878 bytes. */
export const haikuImageConv: HaikuModel = {
  ...shared,
  id: 'deepmind/vision-perceiver-conv',
  marker: 'image_preprocessor/~/conv2_d_downsample/~/conv/w',
  parameters: {
    ...shared.parameters,
    [`${BATCH_NORM}/~/mean_ema/average`]: 'perceiver.input_preprocessor.convnet.batchnorm.running_mean',
    [`${BATCH_NORM}/~/var_ema/average`]: 'perceiver.input_preprocessor.convnet.batchnorm.running_var',
    [`${BATCH_NORM}/~/mean_ema/counter`]: 'perceiver.input_preprocessor.convnet.batchnorm.num_batches_tracked',
  },
  modules: {
    ...shared.modules,
    'image_preprocessor/~/conv2_d_downsample/~/conv': 'perceiver.input_preprocessor.convnet.conv',
    [BATCH_NORM]: 'perceiver.input_preprocessor.convnet.batchnorm',
  },
  // Convolution and pooling pad as little as gives half the size: 224 -> 112 -> 56.
  computes: { ...TANH_GELU, conv_padding: 'same' },
  config: { ...shared.config, architectures: ['PerceiverForImageClassificationConvProcessing'], d_model: 322 },
};

/** Image classification with learned positions: imagenet_learned_position_encoding.pystate, 249,037,713 bytes. */
export const haikuImageLearned: HaikuModel = {
  ...shared,
  id: 'deepmind/vision-perceiver-learned',
  marker: 'image_preprocessor/~/conv2_d/w',
  parameters: {
    ...shared.parameters,
    'image_preprocessor/~_build_network_inputs/trainable_position_encoding/pos_embs':
      'perceiver.input_preprocessor.position_embeddings.position_embeddings',
  },
  modules: {
    ...shared.modules,
    'image_preprocessor/~/conv2_d': 'perceiver.input_preprocessor.convnet_1x1',
    'image_preprocessor/~_build_network_inputs/position_encoding_projector/linear':
      'perceiver.input_preprocessor.positions_projection',
  },
  // Unlike the other two, it leaves the query out of the decoder's result.
  computes: { ...TANH_GELU, decoder_query_residual: false },
  config: {
    ...shared.config,
    architectures: ['PerceiverForImageClassificationLearned'],
    image_size: 224,
    d_model: 512,
  },
};

/** Image classification with Fourier positions: imagenet_fourier_position_encoding.pystate, 193,776,248 bytes. */
export const haikuImageFourier: HaikuModel = {
  ...shared,
  id: 'deepmind/vision-perceiver-fourier',
  marker: `${DECODER}/output/w`,
  config: { ...shared.config, architectures: ['PerceiverForImageClassificationFourier'], d_model: 261 },
};

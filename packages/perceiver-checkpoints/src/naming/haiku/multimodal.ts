import { type HaikuModel, TANH_GELU } from './haiku-model.js';

const MODALITIES = ['audio', 'image', 'label'];

/** Autoencoding of video, audio and label: video_autoencoding_checkpoint.pystate, 79,453,357 bytes. */
export const haikuMultimodal: HaikuModel = {
  id: 'deepmind/multimodal-perceiver',
  marker: 'multimodal_decoder/~/basic_decoder/output/w',
  parameters: {
    ...Object.fromEntries(
      MODALITIES.flatMap((modality) => [
        [`multimodal_preprocessor/${modality}_padding/pos_embs`, `perceiver.input_preprocessor.padding.${modality}`],
        [`multimodal_preprocessor/${modality}_mask_token/pos_embs`, `perceiver.input_preprocessor.mask.${modality}`],
        [`multimodal_decoder/~decoder_query/${modality}_padding/pos_embs`, `perceiver.decoder.padding.${modality}`],
      ]),
    ),
    'classification_decoder/~/basic_decoder/~/trainable_position_encoding/pos_embs':
      'perceiver.decoder.modalities.label.decoder.output_position_encodings.position_embeddings',
  },
  modules: {
    'multimodal_decoder/~/basic_decoder/output': 'perceiver.decoder.decoder.final_layer',
    'audio_postprocessor/linear': 'perceiver.output_postprocessor.modalities.audio.classifier',
    'projection_postprocessor/linear': 'perceiver.output_postprocessor.modalities.image.classifier',
    'classification_postprocessor/linear': 'perceiver.output_postprocessor.modalities.label.classifier',
  },
  encoder: 'encoder/~',
  decoder: ['multimodal_decoder/~/basic_decoder/cross_attention', 'perceiver.decoder.decoder.decoding_cross_attention'],
  computes: TANH_GELU,
  config: {
    model_type: 'perceiver',
    architectures: ['PerceiverForMultimodalAutoencoding'],
    num_labels: 700,
    num_frames: 16,
    image_size: 56,
    audio_samples_per_frame: 1920,
    samples_per_patch: 16,
    output_shape: [1, 16, 224, 224],
    output_num_channels: 512,
    _label_trainable_num_channels: 1024,
    d_model: 704,
    num_latents: 784,
    d_latents: 512,
    num_blocks: 1,
    num_self_attends_per_block: 8,
    num_self_attention_heads: 8,
    num_cross_attention_heads: 1,
  },
};

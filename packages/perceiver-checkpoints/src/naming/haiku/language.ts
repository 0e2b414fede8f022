import { type HaikuModel, TANH_GELU } from './haiku-model.js';

/** The byte-level language model: language_perceiver_io_bytes.pickle, 804,479,532 bytes. */
export const haikuLanguage: HaikuModel = {
  id: 'deepmind/language-perceiver',
  marker: 'embedding_decoder/bias',
  parameters: {
    'embed/embeddings': 'perceiver.input_preprocessor.embeddings.weight',
    'trainable_position_encoding/pos_embs': 'perceiver.input_preprocessor.position_embeddings.weight',
    'basic_decoder/~/trainable_position_encoding/pos_embs':
      'perceiver.decoder.output_position_encodings.position_embeddings',
    'embedding_decoder/bias': 'embedding_decoder.bias',
  },
  encoder: 'perceiver_encoder/~',
  decoder: ['basic_decoder/cross_attention', 'perceiver.decoder.decoding_cross_attention'],
  computes: TANH_GELU,
  config: {
    model_type: 'perceiver',
    architectures: ['PerceiverForMaskedLM'],
    vocab_size: 262,
    max_position_embeddings: 2048,
    d_model: 768,
    num_latents: 256,
    d_latents: 1280,
    num_blocks: 1,
    num_self_attends_per_block: 26,
    num_self_attention_heads: 8,
    num_cross_attention_heads: 8,
    qk_channels: 256,
    v_channels: 1280,
  },
};

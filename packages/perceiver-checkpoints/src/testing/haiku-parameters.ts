/** A parameter of a Haiku model: module, name, shape. */
export type HaikuParameter = readonly [module: string, name: string, shape: readonly number[]];

/** Sizes of a Perceiver IO. */
export interface HaikuSizes {
  readonly latents: number;
  readonly latentChannels: number;
  readonly selfAttends: number;
  /** Channels of input array and of output query. */
  readonly inputChannels: number;
  readonly queryChannels: number;
  /** Queries and keys, values; as the attends' own widths demand by default. */
  readonly qkChannels?: number;
  readonly vChannels?: number;
  readonly decoderQkChannels?: number;
  readonly decoderVChannels?: number;
}

const linear = (module: string, from: number, to: number): HaikuParameter[] => [
  [module, 'b', [to]],
  [module, 'w', [from, to]],
];
const layerNorm = (module: string, channels: number): HaikuParameter[] => [
  [module, 'offset', [channels]],
  [module, 'scale', [channels]],
];
const positions = (module: string, count: number, channels: number): HaikuParameter => [
  module,
  'pos_embs',
  [count, channels],
];

/** Modules of an attend, numbered in the order in which DeepMind's code makes them. */
function attend(path: string, q: number, kv: number | undefined, qk: number, v: number): HaikuParameter[] {
  const norms = kv === undefined ? [q, q] : [q, kv, q];
  return [
    ...norms.flatMap((channels, i) => layerNorm(`${path}/layer_norm${i === 0 ? '' : `_${i}`}`, channels)),
    ...linear(`${path}/attention/linear`, q, qk),
    ...linear(`${path}/attention/linear_1`, kv ?? q, qk),
    ...linear(`${path}/attention/linear_2`, kv ?? q, v),
    ...linear(`${path}/attention/linear_3`, v, q),
    ...linear(`${path}/mlp/linear`, q, q),
    ...linear(`${path}/mlp/linear_1`, q, q),
  ];
}

/** Encoder, latents and the decoder's cross-attend, which every model has. */
export function haikuCore(encoder: string, decoder: string, sizes: HaikuSizes): HaikuParameter[] {
  const { latents, latentChannels: d, selfAttends, inputChannels: c, queryChannels: o } = sizes;
  const { qkChannels, vChannels, decoderQkChannels, decoderVChannels } = sizes;
  const crossQk = qkChannels ?? c;
  const decoderQk = decoderQkChannels ?? d;
  return [
    positions(`${encoder}/trainable_position_encoding`, latents, d),
    ...attend(`${encoder}/cross_attention`, d, c, crossQk, vChannels ?? crossQk),
    ...Array.from({ length: selfAttends }, (_, i) =>
      attend(`${encoder}/self_attention${i === 0 ? '' : `_${i}`}`, d, undefined, qkChannels ?? d, vChannels ?? d),
    ).flat(),
    ...attend(`${decoder}/cross_attention`, o, d, decoderQk, decoderVChannels ?? decoderQk),
  ];
}

/** The language model; `length` is that of the longest text. */
export function haikuLanguageParameters(sizes: HaikuSizes, vocabulary: number, length: number): HaikuParameter[] {
  const { inputChannels } = sizes;
  return [
    ['embed', 'embeddings', [vocabulary, inputChannels]],
    positions('trainable_position_encoding', length, inputChannels),
    ...haikuCore('perceiver_encoder/~', 'basic_decoder', sizes),
    positions('basic_decoder/~/trainable_position_encoding', length, inputChannels),
    ['embedding_decoder', 'bias', [vocabulary]],
  ];
}

export function haikuFlowParameters(sizes: HaikuSizes, patchChannels: number, channels: number): HaikuParameter[] {
  return [
    ...linear('image_preprocessor/patches_linear', patchChannels, channels),
    ...haikuCore('perceiver_encoder/~', 'flow_decoder/~/basic_decoder', sizes),
    ...linear('flow_decoder/~/basic_decoder/output', sizes.queryChannels, 2),
  ];
}

/** An image classifier without its preprocessor. */
export function haikuImageParameters(sizes: HaikuSizes, classes: number): HaikuParameter[] {
  const decoder = 'classification_decoder/~/basic_decoder';
  return [
    ...haikuCore('perceiver_encoder/~', decoder, sizes),
    positions(`${decoder}/~/trainable_position_encoding`, 1, sizes.queryChannels),
    ...linear(`${decoder}/output`, sizes.queryChannels, classes),
  ];
}

export function haikuLearnedPositions(points: number, channels: number): HaikuParameter[] {
  return [
    ['image_preprocessor/~/conv2_d', 'b', [channels]],
    ['image_preprocessor/~/conv2_d', 'w', [1, 1, 3, channels]],
    positions('image_preprocessor/~_build_network_inputs/trainable_position_encoding', points, channels),
    ...linear('image_preprocessor/~_build_network_inputs/position_encoding_projector/linear', channels, channels),
  ];
}

const DOWNSAMPLE = 'image_preprocessor/~/conv2_d_downsample/~';

export function haikuConvolution(channels: number): HaikuParameter[] {
  return [
    [`${DOWNSAMPLE}/conv`, 'w', [7, 7, 3, channels]],
    [`${DOWNSAMPLE}/batchnorm`, 'offset', [1, 1, 1, channels]],
    [`${DOWNSAMPLE}/batchnorm`, 'scale', [1, 1, 1, channels]],
  ];
}

/** What the batch norm keeps beside the parameters. */
export function haikuBatchNormState(channels: number): HaikuParameter[] {
  return ['mean_ema', 'var_ema'].flatMap((statistic): HaikuParameter[] => [
    [`${DOWNSAMPLE}/batchnorm/~/${statistic}`, 'average', [1, 1, 1, channels]],
    [`${DOWNSAMPLE}/batchnorm/~/${statistic}`, 'counter', []],
    [`${DOWNSAMPLE}/batchnorm/~/${statistic}`, 'hidden', [1, 1, 1, channels]],
  ]);
}

/** The autoencoder; channels of each modality's input, query and output, in the order audio, image, label. */
export function haikuMultimodalParameters(
  sizes: HaikuSizes,
  output: number,
  channels: {
    readonly input: readonly number[];
    readonly query: readonly number[];
    readonly output: readonly number[];
  },
): HaikuParameter[] {
  const modalities = ['audio', 'image', 'label'];
  const postprocessors = ['audio_postprocessor', 'projection_postprocessor', 'classification_postprocessor'];
  const decoder = 'multimodal_decoder/~/basic_decoder';
  return [
    ...haikuCore('encoder/~', decoder, sizes),
    ...modalities.flatMap((modality, i) => [
      positions(`multimodal_preprocessor/${modality}_mask_token`, 1, sizes.inputChannels),
      positions(`multimodal_preprocessor/${modality}_padding`, 1, sizes.inputChannels - channels.input[i]!),
      positions(`multimodal_decoder/~decoder_query/${modality}_padding`, 1, sizes.queryChannels - channels.query[i]!),
      ...linear(`${postprocessors[i]}/linear`, output, channels.output[i]!),
    ]),
    positions('classification_decoder/~/basic_decoder/~/trainable_position_encoding', 1, channels.query[2]!),
    ...linear(`${decoder}/output`, sizes.queryChannels, output),
  ];
}

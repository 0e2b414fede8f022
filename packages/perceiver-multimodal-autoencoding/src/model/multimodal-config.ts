import { type EncoderConfig, parseHubConfig } from 'perceiver-core';

/** Constants that Hugging Face's class has in its code and not in its `config.json` (PARITY, section 6). */
export interface MultimodalArchitecture {
  /** Frequencies of the audio's position. */
  readonly audioBands: number;
  /** Frequencies of each axis of the video's position. */
  readonly imageBands: number;
  /** Side of the squares of pixels that become one input row. */
  readonly imagePatchSize: number;
  /** Padding of the widest modality of the input array. */
  readonly inputMinPadding: number;
  /** Padding of the widest modality of the query array. */
  readonly queryMinPadding: number;
}

/** The released model's. */
export const releasedMultimodalArchitecture: MultimodalArchitecture = {
  audioBands: 192,
  imageBands: 32,
  imagePatchSize: 4,
  inputMinPadding: 4,
  queryMinPadding: 2,
};

/** An autoencoder of video, sound and label (Perceiver IO, section 4.3 and appendix H.2). */
export interface MultimodalAutoencoderConfig extends MultimodalArchitecture {
  readonly encoder: EncoderConfig;
  readonly numFrames: number;
  readonly height: number;
  readonly width: number;
  /** Resolution of both axes of a frame that the video's frequencies are made for; 56 in the released model, as its frames are in patches of 4. */
  readonly imageResolution: number;
  readonly audioSamplesPerFrame: number;
  /** Neighbouring samples of sound that make one input row, and one output row. */
  readonly samplesPerPatch: number;
  readonly numLabels: number;
  /** Channels of the decoder's final layer. */
  readonly outputChannels: number;
  /** Channels of the label's trained query. */
  readonly labelQueryChannels: number;
  /** Share of labels that are hidden in training; in evaluation they always are. 1 in the released model, which never sees one. */
  readonly maskedLabels?: number;
}

/** Samples of sound that belong to the frames. */
export function audioSamples({ numFrames, audioSamplesPerFrame }: MultimodalAutoencoderConfig): number {
  return numFrames * audioSamplesPerFrame;
}

/** Patches of sound: rows of the input array and of the query array. */
export function audioPatches(config: MultimodalAutoencoderConfig): number {
  return audioSamples(config) / config.samplesPerPatch;
}

/**
 * Reads Hugging Face's `config.json` of `PerceiverForMultimodalAutoencoding`.
 *
 * @param architecture what the class has in its code
 * @throws ModelError on a missing or mistyped field
 */
export function multimodalConfigFromHub(
  json: unknown,
  architecture: MultimodalArchitecture = releasedMultimodalArchitecture,
): MultimodalAutoencoderConfig {
  const { encoder, numLabels, numberIn, numbersIn } = parseHubConfig(json);
  const [, numFrames, height, width] = numbersIn('output_shape', 4, [1, 16, 224, 224]) as [
    number,
    number,
    number,
    number,
  ];
  return {
    ...architecture,
    encoder,
    numFrames,
    height,
    width,
    imageResolution: numberIn('image_size', 56),
    audioSamplesPerFrame: numberIn('audio_samples_per_frame', 1920),
    samplesPerPatch: numberIn('samples_per_patch', 16),
    numLabels,
    outputChannels: numberIn('output_num_channels', 512),
    labelQueryChannels: numberIn('_label_trainable_num_channels', 1024),
  };
}

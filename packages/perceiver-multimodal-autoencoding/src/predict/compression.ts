import { audioPatches, audioSamples, type MultimodalAutoencoderConfig } from '../model/multimodal-config.js';

/** How much smaller the latent array is than what it stands for. */
export interface Compression {
  /** Numbers in the latent array, N x D. */
  readonly latentValues: number;
  /**
   * The paper's ratio (Perceiver IO, table 5): the rows of the input array that are video, of padded width, over the latent array. 88 at
   * 784 latents, as (50,176 x 704) / (784 x 512).
   */
  readonly videoRows: number;
  /** The same with the rows of sound and label. */
  readonly inputArray: number;
  /** Pixels (three numbers each) and samples over latents. */
  readonly rawValues: number;
}

/** Compression of a configuration, from its sizes alone. */
export function compressionOf(config: MultimodalAutoencoderConfig, inputChannels: number): Compression {
  const { numFrames, height, width, imagePatchSize, encoder } = config;
  const latentValues = encoder.numLatents * encoder.latentChannels;
  const pixels = numFrames * height * width;
  const videoRows = pixels / imagePatchSize ** 2;
  const rows = videoRows + audioPatches(config) + 1;
  return {
    latentValues,
    videoRows: (videoRows * inputChannels) / latentValues,
    inputArray: (rows * inputChannels) / latentValues,
    rawValues: (3 * pixels + audioSamples(config)) / latentValues,
  };
}

/** One line for people. */
export function describeCompression(config: MultimodalAutoencoderConfig, compression: Compression): string {
  const { encoder } = config;
  const ratio = (value: number) => value.toPrecision(3).replace(/\.0$/, '');
  return (
    `compression ${ratio(compression.videoRows)}x: the video's rows of the input array over ${encoder.numLatents} x ` +
    `${encoder.latentChannels} latents; ${ratio(compression.inputArray)}x with sound and label, ` +
    `${ratio(compression.rawValues)}x of pixels and samples`
  );
}

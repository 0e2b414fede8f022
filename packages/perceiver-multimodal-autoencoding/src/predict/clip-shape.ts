import { audioSamples, type MultimodalAutoencoderConfig } from '../model/multimodal-config.js';

/** Frames a second of Kinetics, on which the released model was trained. */
const FRAMES_PER_SECOND = 25;

/** Sizes and rates of the clips that a model takes. */
export interface ClipShape {
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  readonly fps: number;
  /** Samples a second: 48,000 for the released model. */
  readonly sampleRate: number;
  /** Samples of a clip, one channel. */
  readonly samples: number;
}

export function clipShape(config: MultimodalAutoencoderConfig): ClipShape {
  const { numFrames: frames, height, width, audioSamplesPerFrame } = config;
  const sampleRate = FRAMES_PER_SECOND * audioSamplesPerFrame;
  return { frames, height, width, fps: FRAMES_PER_SECOND, sampleRate, samples: audioSamples(config) };
}

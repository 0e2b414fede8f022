export {
  type AudioClip,
  FfmpegNotFoundError,
  MediaFileError,
  type MediaSource,
  type VideoClip,
} from 'perceiver-ffmpeg';
export { type DecodeAudioOptions, type DecodedAudio, decodeAudio } from './decode/decode-audio.js';
export { type ClipOptions, decodeClips, type MediaClip, readClip } from './decode/decode-clips.js';
export type { DecodeOptions } from './decode/decode-options.js';
export { type DecodedVideo, type DecodeVideoOptions, decodeVideo } from './decode/decode-video.js';
export { type Inspection, inspect } from './decode/inspect.js';
export { type ReadMediaLimits, readAudio, readVideo } from './decode/read-media.js';
export type { Fit } from './decode/video-filter.js';
export { createResampler, type Resampler, resamplePoly } from './preprocess/resampler.js';
export { UnsupportedWavError, type WavHeader } from './wav/wav-header.js';
export { openWav, type ReadWavOptions, readWav, type WavReader } from './wav/wav-reader.js';
export { encodeWav, type WriteWavOptions, writeWav } from './wav/write-wav.js';

export {
  type AudioClip,
  FfmpegNotFoundError,
  MediaFileError,
  type MediaInputOptions,
  type MediaSource,
  type VideoClip,
} from 'perceiver-ffmpeg';
export { concatenate } from './decode/concatenate.js';
export { type DecodeAudioOptions, type DecodedAudio, decodeAudio } from './decode/decode-audio.js';
export { type ClipOptions, decodeClips, type MediaClip, readClip } from './decode/decode-clips.js';
export type { DecodeOptions } from './decode/decode-options.js';
export { type DecodedVideo, type DecodeVideoOptions, decodeVideo } from './decode/decode-video.js';
export { type Inspection, inspect } from './decode/inspect.js';
export { type ReadMediaLimits, readAudio, readVideo } from './decode/read-media.js';
export type { Fit } from './decode/video-filter.js';
export { audioPatches } from './preprocess/audio-patches.js';
export { createFft, type Fft } from './preprocess/fft.js';
export { type MelFilterOptions, melFilters } from './preprocess/mel-filters.js';
export {
  logMel,
  type MelSpectrogram,
  type MelSpectrogramOptions,
  melSpectrogram,
  type PowerToDbOptions,
  powerToDb,
} from './preprocess/mel-spectrogram.js';
export { muLawCompress, muLawDecode, muLawEncode, muLawExpand } from './preprocess/mu-law.js';
export type { Patches } from './preprocess/patches.js';
export { createResampler, type Resampler, resamplePoly } from './preprocess/resampler.js';
export { magnitude, type Stft, type StftOptions, stft } from './preprocess/stft.js';
export { type VideoPatchOptions, videoPatches } from './preprocess/video-patches.js';
export { UnsupportedWavError, type WavHeader } from './wav/wav-header.js';
export { openWav, type ReadWavOptions, readWav, type WavReader } from './wav/wav-reader.js';
export { encodeWav, type WriteWavOptions, writeWav } from './wav/write-wav.js';

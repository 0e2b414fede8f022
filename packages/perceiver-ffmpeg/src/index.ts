export type { AudioClip, VideoClip } from './clips.js';
export { FfmpegNotFoundError } from './ffmpeg-not-found-error.js';
export { findFfmpeg } from './find-ffmpeg.js';
export { MediaFileError } from './media-file-error.js';
export type { AudioStreamInfo, MediaInfo, MediaStreamInfo, OtherStreamInfo, VideoStreamInfo } from './media-info.js';
export {
  checkMediaFile,
  type MediaInput,
  type MediaInputOptions,
  mediaInput,
} from './media-input.js';
export { type MediaSource, mediaSource } from './media-source.js';
export { type ProbeOptions, probeMedia } from './probe-media.js';
export { type FfmpegRun, type FfmpegRunOptions, startFfmpeg } from './start-ffmpeg.js';
export { whyNoFfmpeg } from './why-no-ffmpeg.js';
export { writeBeside } from './write-beside.js';
export { type WriteVideoOptions, type WrittenVideo, writeVideo } from './write-video.js';

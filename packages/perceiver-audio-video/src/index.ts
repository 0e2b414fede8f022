export type { AudioClip, VideoClip } from 'perceiver-ffmpeg';

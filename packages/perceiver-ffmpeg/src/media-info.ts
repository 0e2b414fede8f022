interface StreamInfo {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly codec: string;
  readonly language?: string;
  /** Whether players choose it first. */
  readonly isDefault: boolean;
}

export interface VideoStreamInfo extends StreamInfo {
  readonly kind: 'video';
  /** Pixels as stored, before rotation. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise by which a player turns the picture, 0 to 359. */
  readonly rotation: number;
  /** Width of a pixel over its height. */
  readonly pixelAspect: number;
  /** Frames per second, the mean where they vary; undefined for a single picture. */
  readonly fps?: number;
  /** Whether the time between frames varies, among the first frames. */
  readonly variableFrameRate: boolean;
  /** A cover picture of a sound file. */
  readonly attachedPicture: boolean;
}

export interface AudioStreamInfo extends StreamInfo {
  readonly kind: 'audio';
  /** Samples per second. */
  readonly sampleRate: number;
  /** Undefined where ffmpeg does not tell. */
  readonly channels?: number;
  /** As ffmpeg calls it: `mono`, `5.1(side)`, ... */
  readonly layout: string;
}

/** Subtitles, data, attachments. */
export interface OtherStreamInfo extends StreamInfo {
  readonly kind: 'other';
}

export type MediaStreamInfo = VideoStreamInfo | AudioStreamInfo | OtherStreamInfo;

/** What a file holds. */
export interface MediaInfo {
  /** The container, as ffmpeg calls it: `mov,mp4,m4a,3gp,3g2,mj2`, `wav`, ... */
  readonly format: string;
  /** Seconds; undefined where the file does not tell. */
  readonly duration?: number;
  readonly streams: readonly MediaStreamInfo[];
}

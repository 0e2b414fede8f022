import { type AudioStreamInfo, MediaFileError, type MediaInfo, type VideoStreamInfo } from 'perceiver-ffmpeg';

interface Kinds {
  readonly video: VideoStreamInfo;
  readonly audio: AudioStreamInfo;
}

/** The stream that is decoded: the default one, else the first; of pictures none that is a cover. Undefined where there is none. */
export function chooseStream<K extends keyof Kinds>(info: MediaInfo, kind: K): Kinds[K] | undefined {
  const streams = info.streams.filter((stream) => stream.kind === kind) as Kinds[K][];
  const usable = streams.filter((stream) => stream.kind === 'audio' || !stream.attachedPicture);
  return usable.find(({ isDefault }) => isDefault) ?? usable[0];
}

/** The stream of an index, or the chosen one. Throws MediaFileError. */
export function requireStream<K extends keyof Kinds>(name: string, info: MediaInfo, kind: K, index?: number): Kinds[K] {
  const stream =
    index === undefined
      ? chooseStream(info, kind)
      : (info.streams.find((candidate) => candidate.index === index && candidate.kind === kind) as
          | Kinds[K]
          | undefined);
  if (stream !== undefined) return stream;
  const there = info.streams.map((other) => `${other.index}: ${other.kind} (${other.codec})`).join(', ');
  const which = index === undefined ? `a stream of ${kind}` : `stream ${index} to be ${kind}`;
  throw new MediaFileError(`${name}: expected ${which}, got ${there || 'no streams'}`);
}

import type { VideoClip } from 'perceiver-audio-video';
import type { RgbImage } from 'perceiver-image-files';

/** A clip's frames as pictures that share its memory. */
export function clipFrames({ frames, height, width, data }: VideoClip): RgbImage[] {
  const size = height * width * 3;
  return Array.from({ length: frames }, (_, i) => ({ width, height, data: data.subarray(i * size, (i + 1) * size) }));
}

import type { VideoClip } from 'perceiver-audio-video';
import { captioned, pictureSheet, type RgbImage } from 'perceiver-image-files';
import type { Reconstruction } from '../predict/multimodal-predictor.js';
import { clipFrames } from './clip-frames.js';
import { drawWaveform } from './waveform.js';

/** Frames beside each other. */
const COLUMNS = 8;
/** Most rows of frames, each with its reconstruction below. */
const ROWS = 4;

/** Pixels between a frame and its reconstruction. */
const GAP = 4;

/**
 * The frames of a clip in one picture, each above its reconstruction, and below them the sound above its reconstruction, with a line over
 * each row that says what it is. Of a clip of more than 32 frames as many, evenly spread from the first to the last.
 */
export async function contactSheet({ original, video, audio }: Reconstruction): Promise<RgbImage> {
  const shown = spread(video.frames, COLUMNS * ROWS);
  const [before, after] = [original.video, video].map((clip) => {
    const frames = clipFrames(clip);
    return shown.map((index) => frames[index]!);
  }) as [RgbImage[], RgbImage[]];
  const rows: (readonly [caption: string, pictures: readonly RgbImage[]])[] = [];
  for (let start = 0; start < shown.length; start += COLUMNS) {
    const end = Math.min(start + COLUMNS, shown.length);
    const [from, to] = [shown[start]!, shown[end - 1]!].map((frame) => (frame / video.fps).toFixed(2));
    rows.push([`original, ${from} to ${to} s`, before.slice(start, end)]);
    rows.push(['reconstruction', after.slice(start, end)]);
  }
  const { width } = pictureSheet([before.slice(0, COLUMNS)]);
  const height = Math.max(16, Math.round(video.height / 2));
  rows.push(['original sound', [drawWaveform(original.audio.data, width, height)]]);
  rows.push(['reconstruction', [drawWaveform(audio.data, width, height)]]);
  const drawn = rows.map(([caption, pictures]) => captioned(pictureSheet([pictures]), caption));
  return pictureSheet((await Promise.all(drawn)).map((row) => [row]));
}

/** At most `most` of the indices below `count`, evenly spread, the first and the last among them. */
function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

/** Width and height of the pictures of {@link sideBySide}. */
export const sideBySideSize = ({ width, height }: VideoClip): readonly [number, number] => [2 * width + GAP, height];

/** The original's frames one by one, each with its reconstruction on the right. */
export function* sideBySide({ original, video }: Reconstruction): Generator<RgbImage, void> {
  const after = clipFrames(video);
  for (const [i, frame] of clipFrames(original.video).entries()) yield pictureSheet([[frame, after[i]!]], { gap: GAP });
}

import { pictureSheet, type RgbImage } from 'perceiver-image-files';
import type { Reconstruction } from '../predict/multimodal-predictor.js';
import { clipFrames } from './clip-frames.js';
import { drawWaveform } from './waveform.js';

/** Frames beside each other. */
const COLUMNS = 8;

/** All frames of a clip in one picture, each above its reconstruction, and below them the sound above its reconstruction. */
export function contactSheet({ original, video, audio }: Reconstruction): RgbImage {
  const [before, after] = [clipFrames(original.video), clipFrames(video)];
  const rows: RgbImage[][] = [];
  for (let start = 0; start < before.length; start += COLUMNS) {
    rows.push(before.slice(start, start + COLUMNS), after.slice(start, start + COLUMNS));
  }
  const { width } = pictureSheet(rows);
  const height = Math.max(16, Math.round(video.height / 2));
  const waveforms = [original.audio, audio].map(({ data }) => [drawWaveform(data, width, height)]);
  return pictureSheet([...rows, ...waveforms]);
}

/** The original's frames, each with its reconstruction on the right. */
export function sideBySide({ original, video }: Reconstruction): RgbImage[] {
  const after = clipFrames(video);
  return clipFrames(original.video).map((frame, i) => pictureSheet([[frame, after[i]!]]));
}

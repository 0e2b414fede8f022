import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoFfmpeg } from 'perceiver-ffmpeg';
import { afterAll } from 'vitest';
import type { ClipShape } from '../predict/clip-shape.js';
import type { Clip } from '../predict/read-clip-source.js';

/** Whether tests that need ffmpeg can run. */
export const hasFfmpeg = whyNoFfmpeg() === undefined;

/** A folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'multimodal-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A clip of moving colours and a tone. */
export function generatedClip({ frames, height, width, fps, sampleRate, samples }: ClipShape): Clip {
  const data = Uint8Array.from({ length: frames * height * width * 3 }, (_, i) => {
    const [colour, x] = [i % 3, Math.floor(i / 3) % width];
    const [y, frame] = [Math.floor(i / 3 / width) % height, Math.floor(i / 3 / width / height)];
    return (x * 13 + y * 7 + frame * 31 + colour * 50) % 256;
  });
  const sound = Float32Array.from({ length: samples }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / sampleRate));
  return { video: { frames, height, width, fps, data }, audio: { sampleRate, channels: 1, data: sound } };
}

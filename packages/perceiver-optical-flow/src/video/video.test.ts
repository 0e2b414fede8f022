import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { whyNoFfmpeg, writeVideo } from 'perceiver-ffmpeg';
import { encodePng, type RgbImage } from 'perceiver-image-files';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlowError } from '../flow-error.js';
import { opticalFlowPresets } from '../model/presets/optical-flow-presets.js';
import { OpticalFlow } from '../predict/optical-flow.js';
import { waves } from '../testing/frames.js';
import { estimateSequence } from './estimate-sequence.js';
import { listFrames, readFrames } from './frame-folder.js';
import { videoFrames } from './video-frames.js';

const folder = mkdtempSync(join(tmpdir(), 'flow-video-'));
beforeAll(() => selectEngine('onnxruntime', { threads: 1 }));
afterAll(() => rmSync(folder, { recursive: true }));

const hasFfmpeg = whyNoFfmpeg() === undefined;

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('a folder of frames', () => {
  it('is read in the order of its numbers', async () => {
    const frames = join(folder, 'frames');
    mkdirSync(frames);
    for (const i of [10, 9, 1]) writeFileSync(join(frames, `frame_${i}.png`), await encodePng(waves(9, 8, i)));
    writeFileSync(join(frames, 'notes.txt'), 'not a frame');
    const paths = await listFrames(frames);
    expect(paths.map((path) => basename(path))).toEqual(['frame_1.png', 'frame_9.png', 'frame_10.png']);
    const [first] = await collect(readFrames(paths));
    expect([...first!.data]).toEqual([...waves(9, 8, 1).data]);
  });

  it('has pictures of one size', async () => {
    const mixed = join(folder, 'mixed');
    mkdirSync(mixed);
    for (const width of [9, 10]) writeFileSync(join(mixed, `${width}.png`), await encodePng(waves(width, 8)));
    await expect(collect(readFrames(await listFrames(mixed)))).rejects.toThrow(
      `${join(mixed, '10.png')}: expected the size of ${join(mixed, '9.png')}, 9 x 8, got 10 x 8`,
    );
  });

  it('must be there with two pictures', async () => {
    await expect(listFrames(join(folder, 'none'))).rejects.toThrow(FlowError);
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(listFrames(empty)).rejects.toThrow('expected at least 2 pictures, got 0');
  });
});

describe('a row of frames', () => {
  it('has a flow between all neighbours', async () => {
    const predictor = OpticalFlow.fromRandomWeights(opticalFlowPresets.tiny, 1);
    const frames = [0, 2, 4].map((shift) => waves(32, 24, shift));
    const pairs = await collect(estimateSequence(predictor, frames));
    expect(pairs.map(({ frame1, frame2 }) => [frames.indexOf(frame1), frames.indexOf(frame2)])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(pairs[1]!.flow.data).toEqual((await predictor.estimate(frames[1]!, frames[2]!)).data);
    await predictor.dispose();
  });
});

describe.skipIf(!hasFfmpeg)('a video', () => {
  it('gives its frames one by one', async () => {
    const path = join(folder, 'clip.mp4');
    // Larger than a pipe's piece, so that frames come in several.
    const shown = [0, 5, 10, 15].map((shift) => waves(320, 240, shift));
    await writeVideo(
      path,
      shown.map(({ data }) => data),
      { fps: 10, width: 320, height: 240 },
    );
    const { fps, frames } = await videoFrames(path);
    expect(fps).toBeCloseTo(10, 6);
    const seen = await collect(frames);
    expect(seen.map(({ width, height }) => `${width} x ${height}`)).toEqual(Array(4).fill('320 x 240'));
    const difference = (a: RgbImage, b: RgbImage) =>
      a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
    for (const [i, frame] of seen.entries()) {
      expect(difference(frame, shown[i]!)).toBeLessThan(10);
      expect(difference(frame, shown[(i + 1) % 4]!)).toBeGreaterThan(20);
    }
  });

  it('is refused where it is none', async () => {
    const path = join(folder, 'text.mp4');
    writeFileSync(path, 'not a video');
    await expect(videoFrames(path)).rejects.toThrow(/text\.mp4/);
  });
});

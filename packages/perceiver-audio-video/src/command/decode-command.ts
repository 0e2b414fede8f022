import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFileError, mediaSource } from 'perceiver-ffmpeg';
import { encodePng } from 'perceiver-image-files';
import { makeOutputFolder, predictCommand, removeLaterFiles } from 'perceiver-inference';
import { UsageError } from 'perceiver-training/node';
import { z } from 'zod';
import { decodeVideo } from '../decode/decode-video.js';
import { inspect } from '../decode/inspect.js';
import { readAudio } from '../decode/read-media.js';
import { writeWav } from '../wav/write-wav.js';
import { channelsText } from './channels-text.js';
import { sourceOptions } from './source-options.js';

const side = z.int().min(1).optional();

/** `perceiver-audio-video decode`. */
export const decodeCommand = predictCommand({
  name: 'decode',
  summary: 'writes frames as PNG and sound as WAV, as models would get them',
  arguments: [{ name: 'FILE', description: 'sound or video' }],
  ownOut: { name: 'DIR', description: 'folder to write to; made if it is not there' },
  usesEngine: false,
  schema: z.strictObject({
    ...sourceOptions,
    start: z.number().min(0).default(0).describe('seconds from the beginning'),
    seconds: z.number().positive().default(1).describe('how much of it'),
    fps: z.number().positive().optional().describe("frames a second (default: the file's)"),
    width: side.describe("of the frames (default: the file's, or as the height asks for)"),
    height: side.describe("of the frames (default: the file's, or as the width asks for)"),
    fit: z.enum(['cover', 'contain', 'fill']).default('cover').describe('cut the middle out, add bars, or stretch'),
    sampleRate: z.int().min(1).optional().describe("samples a second (default: the file's)"),
    channels: z.int().min(1).optional().describe("channels to mix to (default: the file's)"),
  }),
  async run({ arguments: [file = ''], settings, out, output, signal }) {
    if (out === undefined) throw new UsageError('expected --out DIR, a folder to write to');
    const source = mediaSource(file, settings);
    const options = { ...settings, signal };
    const info = await inspect(source, options);
    await makeOutputFolder('--out', out);
    if (info.video !== undefined) {
      const fps = settings.fps ?? info.video.fps;
      const most = Math.max(1, Math.round(settings.seconds * fps));
      const { width, height, frames } = await decodeVideo(source, { ...options, info, fps, frames: most });
      let count = 0;
      for await (const data of frames) {
        await writeFile(
          join(out, `frame_${String(count).padStart(4, '0')}.png`),
          await encodePng({ width, height, data }),
        );
        count++;
      }
      if (count === 0) throw nothingFrom(file, 'frames', settings.start);
      await removeLaterFiles(out, 'frame_', ['.png'], count);
      const path = join(out, 'frame_*.png');
      output.text(
        `${count} frame${count === 1 ? '' : 's'} of ${width} x ${height}, ${fps} a second: ${path}${endsAt(count, most)}\n`,
      );
      output.record({ kind: 'video', frames: count, width, height, fps, path });
    }
    if (info.audio !== undefined) {
      const sampleRate = settings.sampleRate ?? info.audio.sampleRate;
      const most = Math.max(1, Math.round(settings.seconds * sampleRate));
      const path = join(out, 'audio.wav');
      const clip = await readAudio(source, { ...options, info, sampleRate, samples: most, atLeast: 0 });
      const samples = clip.data.length / clip.channels;
      if (samples === 0) throw nothingFrom(file, 'samples', settings.start);
      await writeWav(path, clip);
      output.text(
        `${samples} samples of ${channelsText(clip.channels)}, ${sampleRate} a second: ${path}${endsAt(samples, most)}\n`,
      );
      output.record({ kind: 'audio', samples, channels: clip.channels, sampleRate, path });
    }
    if (info.video === undefined && info.audio === undefined) {
      throw new MediaFileError(`${file}: expected sound or video, got neither`);
    }
  },
});

const nothingFrom = (file: string, what: string, start: number) =>
  new MediaFileError(`${file}: expected ${what} from ${start} s on, got none`);

/** What to say where a file ends before what was asked for. */
const endsAt = (got: number, asked: number): string => (got < asked ? ` (the file ends; ${asked} asked for)` : '');

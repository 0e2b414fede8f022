import { MediaFileError, type MediaStreamInfo, mediaSource } from 'perceiver-ffmpeg';
import { predictCommand } from 'perceiver-inference';
import { z } from 'zod';
import { type Inspection, inspect } from '../decode/inspect.js';
import { channelsText } from './channels-text.js';
import { sourceOptions } from './source-options.js';

/** `perceiver-audio-video inspect`. */
export const inspectCommand = predictCommand({
  name: 'inspect',
  summary: 'lists the streams of files, and what would be decoded',
  arguments: [{ name: 'FILE', description: 'sound or video', many: true }],
  usesEngine: false,
  schema: z.strictObject(sourceOptions),
  async run({ arguments: files, settings, output, signal }) {
    const failures: MediaFileError[] = [];
    for (const [index, file] of files.entries()) {
      signal.throwIfAborted();
      try {
        const inspection = await inspect(mediaSource(file, settings), { ...settings, signal });
        output.text(`${index > 0 ? '\n' : ''}${describe(file, inspection)}\n`);
        output.record(JSON.parse(JSON.stringify({ file, ...inspection })));
      } catch (error) {
        // One broken file does not keep the others from being looked at.
        if (!(error instanceof MediaFileError) || files.length === 1) throw error;
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new MediaFileError(failures.map(({ message }) => message).join('\n'));
  },
});

const number = (value: number) => String(Number(value.toFixed(3)));

function describe(file: string, { format, duration, streams, video, audio, needsFfmpeg }: Inspection): string {
  const rows = [
    ['stream', 'kind', 'codec', 'what'],
    ...streams.map((stream) => [String(stream.index), stream.kind, stream.codec, details(stream)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const decoded = [
    ...(video
      ? [`${video.width} x ${video.height} frames, ${number(video.fps)} a second, of stream ${video.stream}`]
      : []),
    ...(audio
      ? [`${channelsText(audio.channels)}, ${audio.sampleRate} samples a second, of stream ${audio.stream}`]
      : []),
  ];
  return [
    `${file}: ${format}, ${duration === undefined ? 'of unknown length' : `${number(duration)} s`}`,
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()),
    `  decoded: ${decoded.join('; ') || 'nothing'}${needsFfmpeg ? '' : ' (without ffmpeg)'}`,
  ].join('\n');
}

function details(stream: MediaStreamInfo): string {
  const marks = [...(stream.language ? [stream.language] : []), ...(stream.isDefault ? ['default'] : [])];
  if (stream.kind === 'video') {
    const { width, height, fps, variableFrameRate, rotation, pixelAspect, attachedPicture } = stream;
    const rate = fps === undefined ? [] : [`${number(fps)} frames a second${variableFrameRate ? ' (varying)' : ''}`];
    const turned = rotation === 0 ? [] : [`turned by ${rotation} degrees`];
    const pixels = pixelAspect === 1 ? [] : [`pixels ${number(pixelAspect)} times as wide as high`];
    return [
      `${width} x ${height}`,
      ...rate,
      ...turned,
      ...pixels,
      ...(attachedPicture ? ['cover'] : []),
      ...marks,
    ].join(', ');
  }
  if (stream.kind === 'audio') {
    const channels = stream.channels === undefined ? [] : [channelsText(stream.channels)];
    // A layout without a name is described by its channels alone.
    const layout = channels.includes(stream.layout ?? '') ? [] : [stream.layout];
    return [`${stream.sampleRate} samples a second`, ...channels, ...layout, ...marks].join(', ');
  }
  return marks.join(', ');
}

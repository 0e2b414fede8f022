import type { MediaInfo, MediaStreamInfo } from './media-info.js';

const STREAM = /^ {2}Stream #0:(\d+)(?:\[0x[\da-f]+\])?(?:\(([^)]*)\))?: (Video|Audio|Subtitle|Data|Attachment): (.*)$/;
const ROTATION = /^ +display ?matrix: rotation of (-?[\d.]+) degrees/i;

const NAMED_LAYOUTS: Readonly<Record<string, number>> = {
  mono: 1,
  stereo: 2,
  downmix: 2,
  binaural: 2,
  quad: 4,
  hexagonal: 6,
  octagonal: 8,
  cube: 8,
  hexadecagonal: 16,
};

/** Channels of a layout by its name: `stereo`, `5.1(side)`, `7.1.4`, `6 channels`, `ambisonic 1`. */
export function channelsOf(layout: string): number | undefined {
  const counted = /^(\d+) channels/.exec(layout);
  if (counted) return Number(counted[1]);
  const ambisonic = /^ambisonic (\d+)$/.exec(layout);
  if (ambisonic) return (Number(ambisonic[1]) + 1) ** 2;
  const name = layout.replace(/[ (].*$/, '');
  if (/^\d+(\.\d+)+$/.test(name)) return name.split('.').reduce((sum, part) => sum + Number(part), 0);
  return NAMED_LAYOUTS[name];
}

function parseStream(kind: string, text: string, index: number, language: string | undefined): MediaStreamInfo {
  const common = {
    index,
    codec: /^[^ ,]+/.exec(text)?.[0] ?? 'unknown',
    language: language === 'und' ? undefined : language,
    isDefault: text.includes('(default)'),
  };
  if (kind === 'Video') {
    const [, width = 0, height = 0] = /, (\d+)x(\d+)(?![\dx])/.exec(text) ?? [];
    const [, across = 1, down = 1] = /\bSAR ([1-9]\d*):([1-9]\d*)/.exec(text) ?? [];
    const [, fps] = /, ([\d.]+k?) fps/.exec(text) ?? [];
    return {
      ...common,
      kind: 'video',
      width: Number(width),
      height: Number(height),
      rotation: 0,
      pixelAspect: Number(across) / Number(down),
      fps: fps === undefined ? undefined : Number.parseFloat(fps) * (fps.endsWith('k') ? 1000 : 1),
      variableFrameRate: false,
      attachedPicture: text.includes('(attached pic)'),
    };
  }
  if (kind === 'Audio') {
    const [, sampleRate = 0, layout = 'unknown'] = /, (\d+) Hz, ([^,]+)/.exec(text) ?? [];
    return { ...common, kind: 'audio', sampleRate: Number(sampleRate), layout, channels: channelsOf(layout) };
  }
  return { ...common, kind: 'other' };
}

/** Reads ffmpeg's description of its first input; undefined where there is none, because it could not be opened. */
export function parseInputDump(log: string): MediaInfo | undefined {
  const lines = log.split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith('Input #0, '));
  if (start < 0) return undefined;
  const format = /^Input #0, (.*), from /.exec(lines[start]!)?.[1] ?? 'unknown';
  const streams = new Map<number, MediaStreamInfo>();
  let duration: number | undefined;
  let last: MediaStreamInfo | undefined;
  for (const line of lines.slice(start + 1)) {
    // What follows the input's description; its own lines are indented, those of metadata deeper than those looked for.
    if (/^(Stream mapping|Output #|Press )/.test(line)) break;
    const time = /^ {2}Duration: (\d+):(\d\d):(\d\d\.\d+)/.exec(line);
    if (time) duration = Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]);
    const [, index, language, kind, text] = STREAM.exec(line) ?? [];
    if (kind !== undefined) {
      last = parseStream(kind, text!, Number(index), language);
      streams.set(last.index, last);
    }
    const [, counterClockwise] = ROTATION.exec(line) ?? [];
    if (counterClockwise !== undefined && last?.kind === 'video') {
      const rotation = (((360 - Math.round(Number(counterClockwise))) % 360) + 360) % 360;
      streams.set(last.index, { ...last, rotation });
    }
  }
  return { format, duration, streams: [...streams.values()].sort((a, b) => a.index - b.index) };
}

import type { MediaInfo } from './media-info.js';

/** Frame rate from times of frames in ticks of a clock, in any order. */
function timing(ticks: readonly number[], tick: number): { fps?: number; variableFrameRate: boolean } {
  const times = [...ticks].sort((a, b) => a - b);
  const steps = times.slice(1).map((time, index) => time - times[index]!);
  const whole = times.at(-1)! - times[0]!;
  if (steps.length === 0 || whole === 0) return { variableFrameRate: false };
  // A container's clock may be too coarse for the rate: then steps differ by one tick.
  const variableFrameRate = Math.max(...steps) - Math.min(...steps) > 1;
  const fps = steps.length / (whole * tick);
  const distance = (rate: number) => Math.abs(rate - fps);
  const common = [Math.round(fps), (Math.round((fps * 1001) / 1000) * 1000) / 1001];
  const nearest = common.sort((a, b) => distance(a) - distance(b))[0]!;
  const meant = distance(nearest) <= (1.5 * fps) / whole ? nearest : fps;
  return { fps: variableFrameRate ? fps : meant, variableFrameRate };
}

/**
 * Completes a description by a list of packets in ffmpeg's `framecrc` format, whose streams are the video streams, then the others.
 *
 * @param maxFrames frames of a stream that are looked at
 */
export function parseFrameList(list: string, info: MediaInfo, maxFrames: number): MediaInfo {
  const ticks = new Map<number, number>();
  const times = new Map<number, number[]>();
  // The last line may be cut.
  for (const line of list.split('\n').slice(0, -1)) {
    const clock = /^#tb (\d+): (\d+)\/(\d+)/.exec(line);
    if (clock) ticks.set(Number(clock[1]), Number(clock[2]) / Number(clock[3]));
    const packet = /^(\d+), +\S+, +(-?\d+),/.exec(line);
    if (!packet) continue;
    const stream = Number(packet[1]);
    if (!times.has(stream)) times.set(stream, []);
    times.get(stream)!.push(Number(packet[2]));
  }
  let place = 0;
  const streams = info.streams.map((stream) => {
    if (stream.kind !== 'video') return stream;
    const all = times.get(place) ?? [];
    const tick = ticks.get(place);
    place++;
    if (stream.attachedPicture) return { ...stream, fps: undefined };
    if (all.length === 0 || tick === undefined) return stream;
    // Packets come in the order of decoding: the last ones in time may lack their neighbours.
    const complete = all.length > 32 ? [...all].sort((a, b) => a - b).slice(0, -16) : all;
    return { ...stream, ...timing(complete.slice(0, maxFrames), tick) };
  });
  return { ...info, streams };
}

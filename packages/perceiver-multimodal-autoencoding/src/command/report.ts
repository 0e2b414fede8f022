import type { MultimodalAutoencoderConfig } from '../model/multimodal-config.js';
import { clipShape } from '../predict/clip-shape.js';
import { describeCompression } from '../predict/compression.js';
import type { Reconstruction } from '../predict/multimodal-predictor.js';
import type { Psnr } from '../predict/psnr.js';

/** What a run adds to a reconstruction's figures. */
export interface RunFacts {
  readonly clip: string;
  readonly model: string;
  readonly topK: number;
  readonly seconds: number;
  readonly files: readonly string[];
  /** Why there are no mp4 files. */
  readonly withoutVideo?: string;
}

export type ReconstructionReport = ReturnType<typeof reportOf>;

/** The figures of a reconstruction as `report.json` has them. */
export function reportOf(
  config: MultimodalAutoencoderConfig,
  { labels, psnr, compression, windows, leftOut, video }: Reconstruction,
  { clip, model, topK, seconds, files, withoutVideo }: RunFacts,
) {
  const { numLatents, latentChannels } = config.encoder;
  return {
    clip,
    model,
    shape: { ...clipShape(config) },
    latents: [numLatents, latentChannels],
    frames: video.frames,
    leftOut,
    psnr: jsonPsnr(psnr),
    compression: { ...compression },
    labels: labels.slice(0, topK).map((label) => ({ ...label })),
    windows: windows.map((window) => ({
      frame: window.frame,
      psnr: jsonPsnr(window.psnr),
      labels: window.labels.slice(0, topK).map((label) => ({ ...label })),
    })),
    seconds,
    files: [...files],
    ...(withoutVideo === undefined ? {} : { withoutVideo }),
  };
}

/** Decibels; JSON knows no infinity, which is what equal signals have. */
const jsonPsnr = ({ video, audio }: Psnr) => ({
  video: decibels(video),
  audio: audio === undefined ? null : decibels(audio),
});

const decibels = (value: number): number | 'Infinity' => (Number.isFinite(value) ? value : 'Infinity');

/** The same for people. */
export function describeReport(
  config: MultimodalAutoencoderConfig,
  report: ReconstructionReport,
  out: string | undefined,
): string {
  const { shape, frames, leftOut, compression, labels, windows, seconds, files, withoutVideo } = report;
  const { width, height, fps, samples, sampleRate } = shape;
  const sounds = windows.length * samples;
  const several = windows.length > 1;
  const lines = [
    `${frames} frames of ${width} x ${height} at ${fps}/s and ${sounds} samples at ${sampleRate}/s, in ${seconds.toFixed(1)} s`,
    ...(several ? [`${windows.length} windows of ${shape.frames} frames one after the other`] : []),
    ...(leftOut > 0 ? [`left out: the last ${leftOut} frames, which do not fill a window; --pad fills it up`] : []),
    describeCompression(config, compression),
    `PSNR: ${psnrText(report.psnr)}`,
    several ? 'label, mean of the windows:' : 'label:',
    ...labels.map((label) => `  ${labelText(label)}`),
    ...(several ? windows.map((window) => windowText(window, fps)) : []),
    ...(out === undefined ? [] : [`${out}: ${files.length} files and report.json`]),
    ...(withoutVideo === undefined ? [] : [`no mp4: ${withoutVideo}`]),
  ];
  return `${lines.join('\n')}\n`;
}

type WindowReport = ReconstructionReport['windows'][number];

const labelText = ({ label, probability }: WindowReport['labels'][number]): string =>
  `${(100 * probability).toFixed(2).padStart(6)}%  ${label}`;

function psnrText({ video, audio }: WindowReport['psnr']): string {
  const sound = audio === null ? 'there was no sound' : `sound ${Number(audio).toFixed(2)} dB`;
  return `video ${Number(video).toFixed(2)} dB, ${sound}`;
}

const windowText = ({ frame, psnr, labels }: WindowReport, fps: number): string =>
  `from ${(frame / fps).toFixed(2)} s: ${psnrText(psnr)}, ${labelText(labels[0]!).trim()}`;

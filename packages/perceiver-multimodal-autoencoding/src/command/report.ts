import type { MultimodalAutoencoderConfig } from '../model/multimodal-config.js';
import { clipShape } from '../predict/clip-shape.js';
import { describeCompression } from '../predict/compression.js';
import type { Reconstruction } from '../predict/multimodal-predictor.js';

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
  { labels, psnr, compression }: Reconstruction,
  { clip, model, topK, seconds, files, withoutVideo }: RunFacts,
) {
  const { numLatents, latentChannels } = config.encoder;
  return {
    clip,
    model,
    shape: { ...clipShape(config) },
    latents: [numLatents, latentChannels],
    // Decibels; JSON knows no infinity, which is what equal signals have.
    psnr: { video: decibels(psnr.video), audio: psnr.audio === undefined ? null : decibels(psnr.audio) },
    compression: { ...compression },
    labels: labels.slice(0, topK).map((label) => ({ ...label })),
    seconds,
    files: [...files],
    ...(withoutVideo === undefined ? {} : { withoutVideo }),
  };
}

const decibels = (value: number): number | 'Infinity' => (Number.isFinite(value) ? value : 'Infinity');

/** The same for people. */
export function describeReport(
  config: MultimodalAutoencoderConfig,
  report: ReconstructionReport,
  out: string | undefined,
): string {
  const { shape, psnr, compression, labels, seconds, files, withoutVideo } = report;
  const { frames, width, height, fps, samples, sampleRate } = shape;
  const sound = psnr.audio === null ? 'there was no sound' : `sound ${Number(psnr.audio).toFixed(2)} dB`;
  const lines = [
    `${frames} frames of ${width} x ${height} at ${fps}/s and ${samples} samples at ${sampleRate}/s, in ${seconds.toFixed(1)} s`,
    describeCompression(config, compression),
    `PSNR: video ${Number(psnr.video).toFixed(2)} dB, ${sound}`,
    'label:',
    ...labels.map(({ label, probability }) => `  ${(100 * probability).toFixed(2).padStart(6)}%  ${label}`),
    ...(out === undefined ? [] : [`${out}: ${files.length} files and report.json`]),
    ...(withoutVideo === undefined ? [] : [`no mp4: ${withoutVideo}`]),
  ];
  return `${lines.join('\n')}\n`;
}

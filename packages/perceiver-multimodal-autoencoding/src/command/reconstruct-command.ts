import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mediaSource } from 'perceiver-ffmpeg';
import {
  checkModelOptions,
  makeOutputFolder,
  modelOptions,
  predictCommand,
  pretrainedOptions,
  progressLine,
} from 'perceiver-inference';
import { z } from 'zod';
import { multimodalPresets } from '../model/presets/multimodal-presets.js';
import { writeReconstruction } from '../output/write-reconstruction.js';
import { MultimodalAutoencoder } from '../predict/multimodal-predictor.js';
import { describeReport, reportOf } from './report.js';

const presets = Object.keys(multimodalPresets) as (keyof typeof multimodalPresets)[];

/** `perceiver-multimodal-autoencoding reconstruct`. */
export const reconstructCommand = predictCommand({
  name: 'reconstruct',
  summary: 'squeezes a clip of video and sound into latents and gives it back',
  arguments: [
    { name: 'CLIP', description: 'a file that ffmpeg reads, an address, or a folder of pictures with a WAV file' },
  ],
  ownOut: {
    name: 'DIR',
    description: 'folder for mp4, wav, contact sheet and report; without it figures are printed only',
  },
  schema: z.strictObject({
    ...modelOptions,
    preset: z.enum(presets).default('multimodal-perceiver-io').describe('size of a model of random weights'),
    start: z.number().min(0).default(0).describe('seconds from the beginning of the clip'),
    windows: z
      .int()
      .min(1)
      .optional()
      .describe("most windows, each of the frames that the model takes, 0.64 s of the released one's (default: all)"),
    pad: z.boolean().default(false).describe('fill the last window up, with the last frame and silence'),
    network: z.boolean().default(false).describe('allow http(s) addresses, and playlists, which name other files'),
    topK: z.int().min(1).default(5).describe('labels to name'),
    chunkSize: z.int().min(1).default(6272).describe('output points at a time; memory grows with it'),
  }),
  async run({ arguments: [clip = ''], settings, output, out, signal }) {
    checkModelOptions(settings);
    const { model, randomWeights, preset, start, windows, pad, network, topK, chunkSize } = settings;
    if (out !== undefined) await makeOutputFolder('--out', out);
    const predictor =
      model === undefined
        ? MultimodalAutoencoder.fromRandomWeights(multimodalPresets[preset], randomWeights!)
        : await MultimodalAutoencoder.fromPretrained(model, pretrainedOptions(settings, { signal }));
    try {
      const began = performance.now();
      const onProgress = progressLine('decoded', 'points');
      const reconstruction = await predictor.reconstruct(mediaSource(clip, settings), {
        ...{ start, windows, pad, network, chunkSize },
        signal,
        onProgress,
      });
      const seconds = (performance.now() - began) / 1000;
      const written = out === undefined ? { files: [] } : await writeReconstruction(out, reconstruction, { signal });
      const report = reportOf(predictor.description.config, reconstruction, {
        clip,
        model: model ?? `${preset}, random weights ${randomWeights}`,
        topK,
        seconds,
        ...written,
      });
      if (out !== undefined) await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
      output.text(describeReport(predictor.description.config, report, out));
      output.record(report);
    } finally {
      await predictor.dispose();
    }
  },
});

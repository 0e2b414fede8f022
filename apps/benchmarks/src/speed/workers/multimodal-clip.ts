// A clip through the audio-video autoencoder: one encode, output points in chunks, all of them or the first.
import { loadPretrained } from 'perceiver-checkpoints';
import { declareParameters } from 'perceiver-core';
import { loadParameters } from 'perceiver-inference';
import {
  audioPatches,
  audioSamples,
  clipDecoder,
  clipEncoder,
  type DecodedClip,
  multimodalAutoencoder,
  multimodalConfigFromHub,
} from 'perceiver-multimodal-autoencoding';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { repeat } from './repeat.js';
import { report, workerSettings } from './report.js';

const {
  directory,
  threads,
  chunks,
  decoded: count,
  warmup,
  repeats,
} = workerSettings<{
  directory: string;
  threads: number;
  chunks: number;
  decoded: number;
  warmup: number;
  repeats: number;
}>();
await selectEngine('onnxruntime', { threads });
const { config: json, weights } = await loadPretrained(directory);
const config = multimodalConfigFromHub(json);
const parameters = await loadParameters(weights, declareParameters(multimodalAutoencoder(config)));
await weights.close();
const points = config.numFrames * config.height * config.width;
const pattern = (length: number, value: (i: number) => number) =>
  Float32Array.from({ length }, (_, i) => value((i * 37) % 101));
const part = (all: number) => [0, Math.floor(all / chunks) * count] as const;
const wanted = { image: part(points), audio: part(audioPatches(config)) };
const clip = {
  video: pattern(points * 3, (value) => value / 100),
  audio: pattern(audioSamples(config), (value) => value / 50 - 1),
};
const encode = clipEncoder(config, parameters);
const decode = clipDecoder(config, parameters);
let decoded: DecodedClip | undefined;
const seconds = await repeat(
  async () => {
    const latents = await encode(clip);
    decoded = await decode(latents, { chunkSize: points / chunks, points: wanted });
    latents.dispose();
  },
  { warmup, repeats },
);
const every = (values: Float32Array, step: number) => Array.from(values.filter((_, i) => i % step === 0));
const { video, audio, labelLogits } = decoded!;
report({ seconds, check: [...every(video, 40009), ...every(audio, 307), ...every(labelLogits, 11)] });

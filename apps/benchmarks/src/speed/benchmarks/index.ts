import type { Benchmark } from '../benchmark.js';
import { coldStart } from './cold-start.js';
import { conformanceOnnx } from './conformance-onnx.js';
import { languageForward } from './language-forward.js';
import { languageTrain, languageTrainWithoutDropout } from './language-train.js';
import { memoryGrowth } from './memory-growth.js';
import { multimodalChunk, multimodalClip } from './multimodal-clip.js';
import { releasedForward } from './released-forward.js';
import { smallStep } from './small-step.js';

/** The speed suite, in the order in which it runs. */
export const benchmarks: readonly Benchmark[] = [
  languageForward,
  ...releasedForward,
  languageTrain,
  languageTrainWithoutDropout,
  smallStep,
  coldStart,
  memoryGrowth,
  multimodalClip,
  multimodalChunk,
  conformanceOnnx,
];

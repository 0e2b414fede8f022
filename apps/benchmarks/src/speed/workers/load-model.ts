// Opening a released model: time, and memory above the idle process. All weights are touched before the peak is read.
import type * as tf from '@tensorflow/tfjs';
import { openModel } from 'perceiver-inference';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import type { ReleasedName } from '../released-checkpoint.js';
import { releasedKinds } from './released-kinds.js';
import { peakBytes, report, resetPeak, workerSettings } from './report.js';

const { name, path, threads, config } = workerSettings<{
  name: ReleasedName;
  path: string;
  threads: number;
  config?: string;
}>();
await selectEngine('onnxruntime', { threads });
resetPeak();
const baseBytes = peakBytes();
const start = performance.now();
const { parameters } = await openModel(path, releasedKinds[name], { config });
const seconds = [(performance.now() - start) / 1000];
const loadedBytes = peakBytes() - baseBytes;
const weightBytes = Object.values(parameters).reduce((sum, { size }: tf.Tensor) => sum + 4 * size, 0);
report({ seconds, loadedBytes, weightBytes, tensors: Object.keys(parameters).length });

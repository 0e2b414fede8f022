// What a user runs: open a model, fill masks, read the answer.
import { PerceiverForMaskedLanguageModel } from 'perceiver-text';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { report, workerSettings } from './report.js';

const { directory, before, masks, threads } = workerSettings<{
  directory: string;
  before: string;
  masks: number;
  threads: number;
}>();
await selectEngine('onnxruntime', { threads });
const model = await PerceiverForMaskedLanguageModel.fromPretrained(directory);
const { text } = await model.fillMask(`${before}[MASK]`, { bytesPerMask: masks });
report({ check: Array.from(new TextEncoder().encode(text)), text });
process.exit(0);

// A training process for the tests that kill and interrupt one: `tiny-run DIR STEPS [SAVE_EVERY] [PAUSE_MS] [norm]`. Resumes if
// it can; `norm` trains the model with a batch norm.
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { catchInterrupt, INTERRUPTED } from '../run/interrupt.js';
import { openRunDirectory } from '../run/run-directory.js';
import { train } from '../trainer/train.js';
import {
  normTaskBatches,
  normTaskBuffers,
  normTaskLoss,
  normTaskOptimizer,
  normTaskParameters,
} from './tiny-norm-task.js';
import { tinyBatches, tinyLoss, tinyOptimizer, tinyParameters } from './tiny-task.js';

const [directory, steps, saveEvery = '3', pauseMilliseconds = '0', model] = process.argv.slice(2);
await selectEngine('onnxruntime', { threads: 1 });
const interrupt = catchInterrupt(() => console.error('interrupted'));
const run = await openRunDirectory(directory!, { config: { steps }, resume: true, keep: 2 });
const task =
  model === 'norm'
    ? {
        loss: normTaskLoss,
        parameters: normTaskParameters(1),
        buffers: normTaskBuffers(),
        optimizer: normTaskOptimizer(),
        data: normTaskBatches(1),
      }
    : {
        loss: tinyLoss,
        parameters: tinyParameters(1),
        optimizer: tinyOptimizer(Number(steps)),
        data: tinyBatches(1),
      };
const result = await train({
  ...task,
  seed: 1,
  budget: { steps: Number(steps) },
  accumulate: 2,
  averageDecay: 0.9,
  measureEvery: 10,
  checkpoint: { everySteps: Number(saveEvery) },
  resume: run.resume,
  recorders: [
    run.recorder,
    {
      onStep: async ({ step }) => {
        process.stdout.write(`step ${step}\n`);
        if (Number(pauseMilliseconds) > 0)
          await new Promise((resolve) => setTimeout(resolve, Number(pauseMilliseconds)));
      },
      onWarning: (message) => console.error(message),
    },
  ],
  signal: interrupt.signal,
});
await run.close();
interrupt.dispose();
if (result.stopped === 'signal') process.exitCode = INTERRUPTED;

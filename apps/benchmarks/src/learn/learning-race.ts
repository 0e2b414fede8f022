import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type * as tf from '@tensorflow/tfjs';
import { type TensorToWrite, writeSafetensors } from 'perceiver-checkpoints';
import { adamw, type Batch, decayMatrices, type LossFunction, train, warmupCosine } from 'perceiver-training';
import { type EngineName, selectEngine } from 'tfjs-backend-onnxruntime';

/** Options of a comparison on the command line. */
export interface RaceOptions {
  readonly steps: number;
  readonly batchSize: number;
  readonly threads: number;
  readonly seed: number;
  /** Interpreter with torch, transformers and safetensors. */
  readonly python: string;
}

/** A model to train on both sides. */
export interface RaceTask<B extends Batch> {
  /** Script in `peers/`. */
  readonly peer: string;
  readonly options: RaceOptions;
  readonly loss: LossFunction<B>;
  readonly parameters: Record<string, tf.Tensor>;
  readonly batchAt: (step: number) => B;
  /** Batches for the peer. */
  readonly batches: Readonly<Record<string, TensorToWrite>>;
  /** Written beside, for the peer. */
  readonly files?: Readonly<Record<string, string>>;
  readonly model: object;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly warmup: number;
}

/** Losses of both sides, step by step. */
export interface RaceResult {
  readonly ours: number[];
  readonly theirs: number[];
  /** The peer's mean held-out loss, where it measures one. */
  readonly theirHeldOut?: number;
  /** Our trained parameters; the caller disposes them. */
  readonly parameters: Record<string, tf.Tensor>;
  /** Seconds a step, medians. */
  readonly ourSeconds: number;
  readonly theirSeconds: number;
}

/** Reads the options that all comparisons share, and starts the engine. */
export async function raceOptions(): Promise<RaceOptions> {
  const { values } = parseArgs({
    options: {
      steps: { type: 'string', default: '200' },
      batch: { type: 'string', default: '16' },
      threads: { type: 'string', default: '2' },
      seed: { type: 'string', default: '0' },
      python: { type: 'string', default: 'python3' },
      engine: { type: 'string', default: 'onnxruntime' },
    },
  });
  const threads = Number(values.threads);
  const { description } = await selectEngine(values.engine as EngineName, { threads });
  process.stderr.write(`${description}\n`);
  return {
    steps: Number(values.steps),
    batchSize: Number(values.batch),
    threads,
    seed: Number(values.seed),
    python: values.python,
  };
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Trains here, then in the peer, from the same weights with the same batches, AdamW and learning rates. */
export async function race<B extends Batch>(task: RaceTask<B>): Promise<RaceResult> {
  const { steps, threads, python } = task.options;
  const schedule = warmupCosine({ peak: task.learningRate, warmupSteps: task.warmup * steps, totalSteps: steps });
  const moments = { b1: 0.9, b2: 0.98, maxNorm: 1, weightDecay: task.weightDecay };
  const folder = await mkdtemp(join(tmpdir(), 'learning-race-'));
  try {
    const tensors: Record<string, TensorToWrite> = {};
    for (const [name, tensor] of Object.entries(task.parameters)) {
      tensors[name] = { dtype: 'F32', shape: tensor.shape, data: (await tensor.data()) as Float32Array };
    }
    await writeSafetensors(join(folder, 'model.safetensors'), tensors, { metadata: { format: 'pt' } });
    await writeSafetensors(join(folder, 'batches.safetensors'), task.batches);
    const learningRates = Array.from({ length: steps }, (_, step) => schedule({ step, fraction: step / steps }));
    await writeFile(
      join(folder, 'task.json'),
      JSON.stringify({ ...moments, threads, learningRates, model: task.model }),
    );
    for (const [name, text] of Object.entries(task.files ?? {})) await writeFile(join(folder, name), text);

    let index = 0;
    const ours: number[] = [];
    const ourTimes: number[] = [];
    let before = performance.now();
    const { parameters } = await train<B>({
      loss: task.loss,
      parameters: task.parameters,
      optimizer: adamw({ learningRate: schedule, mask: decayMatrices, ...moments }),
      data: {
        next: () => task.batchAt(index++),
        state: () => index,
        restore: () => {},
      },
      budget: { steps },
      measureEvery: 0,
      recorders: [
        {
          onStep: ({ loss }) => {
            ours.push(loss);
            ourTimes.push(performance.now() - before);
            before = performance.now();
          },
        },
      ],
    });

    const theirs: number[] = [];
    const theirTimes: number[] = [];
    let theirHeldOut: number | undefined;
    const script = fileURLToPath(new URL(`../../peers/${task.peer}`, import.meta.url));
    const environment = { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', HF_HUB_OFFLINE: '1' };
    const peer = spawn(python, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'], env: environment });
    before = performance.now();
    const ended = exitOf(peer);
    for await (const line of createInterface({ input: peer.stdout! })) {
      const { loss, heldOut } = JSON.parse(line) as { loss?: number; heldOut?: number };
      if (heldOut !== undefined) theirHeldOut = heldOut;
      if (loss === undefined) continue;
      theirs.push(loss);
      theirTimes.push(performance.now() - before);
      before = performance.now();
    }
    const code = await ended;
    if (code !== 0) throw new Error(`${task.peer}: expected exit code 0, got ${code}`);
    const ourSeconds = median(ourTimes) / 1000;
    return { ours, theirs, theirHeldOut, parameters, ourSeconds, theirSeconds: median(theirTimes) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** Prints the losses side by side at some steps, and the greatest distance within the first 200. */
export function reportRace({ ours, theirs, ourSeconds, theirSeconds }: RaceResult): number {
  const shown = ours
    .map((_, i) => i + 1)
    .filter((step) => step === 1 || step === ours.length || step % Math.ceil(ours.length / 10) === 0);
  console.log('  step      here   PyTorch   distance');
  for (const step of shown) {
    const [a, b] = [ours[step - 1]!, theirs[step - 1]!];
    console.log(
      `${String(step).padStart(6)} ${a.toFixed(5).padStart(9)} ${b.toFixed(5).padStart(9)} ${Math.abs(a - b)
        .toExponential(1)
        .padStart(10)}`,
    );
  }
  const distances = ours.slice(0, 200).map((loss, i) => Math.abs(loss - theirs[i]!));
  const greatest = Math.max(...distances);
  console.log(`greatest distance in the first ${distances.length} steps: ${greatest.toExponential(2)}`);
  console.log(`seconds a step: ${ourSeconds.toFixed(4)} here, ${theirSeconds.toFixed(4)} in PyTorch`);
  return greatest;
}

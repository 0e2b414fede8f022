import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type * as tf from '@tensorflow/tfjs';
import { type TensorToWrite, writeSafetensors } from 'perceiver-checkpoints';
import { adamw, type Batch, decayMatrices, type LossFunction, train, warmupCosine } from 'perceiver-training';
import type { Streams } from 'perceiver-training/node';
import { type EngineName, selectEngine } from 'tfjs-backend-onnxruntime';
import { flag, parseCommandLine, text, wholeNumber } from '../command-line.js';
import { findPythonPeers, peerScript } from '../speed/python-peers.js';

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
  /** Measures held-out examples every so many steps on both sides, for a learning curve. */
  readonly evaluation?: {
    readonly everySteps: number;
    readonly run: (parameters: Readonly<Record<string, tf.Tensor>>) => Promise<HeldOutFigures>;
  };
}

/** Held-out figures: share right, and mean cross entropy in nats. */
export type HeldOutFigures = Readonly<Record<'accuracy' | 'loss', number>>;

/** A point of a learning curve. */
export type CurvePoint = HeldOutFigures & { readonly step: number };

/** Losses of both sides, step by step. */
export interface RaceResult {
  readonly ours: number[];
  readonly theirs: number[];
  /** The peer's mean held-out loss, where it measures one. */
  readonly theirHeldOut?: number;
  /** The peer's accuracy on held-out examples, where it measures one. */
  readonly theirAccuracy?: number;
  /** Where the task has an evaluation: its figures as both sides learn. */
  readonly ourCurve: readonly CurvePoint[];
  readonly theirCurve: readonly CurvePoint[];
  /** Our trained parameters; the caller disposes them. */
  readonly parameters: Record<string, tf.Tensor>;
  /** Seconds a step, medians. */
  readonly ourSeconds: number;
  readonly theirSeconds: number;
  /** Seconds of each step, the first of each shape with what is compiled for it. */
  readonly ourTimes: readonly number[];
  readonly theirTimes: readonly number[];
}

/** What {@link trainHere} trained. */
export interface TrainedHere {
  readonly losses: number[];
  /** Seconds of each step. */
  readonly times: number[];
  /** Where the task has an evaluation. */
  readonly curve: CurvePoint[];
  /** The caller disposes them. */
  readonly parameters: Record<string, tf.Tensor>;
}

const HELP = `Options:
  --steps N        steps of both sides (default 200)
  --batch N        examples a step (default 16; learn-fashion and learn-cifar10 32, learn-sst2 64)
  --threads N      threads of both sides (default 2)
  --seed N         seed of weights, windows and masks (default 0)
  --python PATH    interpreter with the peers' packages (default: PERCEIVER_PYTHON)
  --engine NAME    onnxruntime, tensorflow, wasm or cpu (default onnxruntime)
  --help           this text
`;

/**
 * Reads the options that all comparisons share, finds the peer and starts the engine. Gives undefined when help was asked for, and
 * prints it.
 */
export async function raceOptions(
  args: readonly string[],
  { stdout, stderr }: Streams,
): Promise<RaceOptions | undefined> {
  const options = {
    steps: text('200'),
    batch: text('16'),
    threads: text('2'),
    seed: text('0'),
    python: text(),
    engine: text('onnxruntime'),
    help: flag,
  };
  const { values } = parseCommandLine({ args: [...args], options });
  if (values.help) {
    stdout.write(HELP);
    return undefined;
  }
  const steps = wholeNumber('steps', values.steps);
  const batchSize = wholeNumber('batch', values.batch);
  const threads = wholeNumber('threads', values.threads);
  const seed = wholeNumber('seed', values.seed, 0);
  const { interpreter, warnings } = await findPythonPeers(values.python);
  const { description } = await selectEngine(values.engine as EngineName, { threads });
  stderr.write(`${[...warnings, description].join('\n')}\n`);
  return { steps, batchSize, threads, seed, python: interpreter };
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** What both sides train with: AdamW, warm-up and half a cosine. */
function recipe({ learningRate, weightDecay, warmup, options: { steps } }: Recipe) {
  const schedule = warmupCosine({ peak: learningRate, warmupSteps: warmup * steps, totalSteps: steps });
  return { schedule, moments: { b1: 0.9, b2: 0.98, maxNorm: 1, weightDecay } };
}

type Recipe = Pick<RaceTask<Batch>, 'learningRate' | 'weightDecay' | 'warmup'> & {
  readonly options: Pick<RaceOptions, 'steps'>;
};

/** Trains our side of a comparison. */
export async function trainHere<B extends Batch>(
  task: Pick<RaceTask<B>, 'loss' | 'parameters' | 'batchAt' | 'evaluation'> & Recipe,
): Promise<TrainedHere> {
  const { schedule, moments } = recipe(task);
  let index = 0;
  const losses: number[] = [];
  const times: number[] = [];
  const curve: CurvePoint[] = [];
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
    budget: { steps: task.options.steps },
    measureEvery: 0,
    ...(task.evaluation && { evaluation: { atStart: true, atEnd: false, ...task.evaluation } }),
    recorders: [
      {
        onEvaluation: ({ step, metrics }) => {
          curve.push({ step, accuracy: metrics.accuracy!, loss: metrics.loss! });
          before = performance.now();
        },
        onStep: ({ loss }) => {
          losses.push(loss);
          times.push((performance.now() - before) / 1000);
          before = performance.now();
        },
      },
    ],
  });
  return { losses, times, curve, parameters };
}

/** Trains here, then in the peer, from the same weights with the same batches, AdamW and learning rates. */
export async function race<B extends Batch>(task: RaceTask<B>): Promise<RaceResult> {
  const { steps, threads, python } = task.options;
  const { schedule, moments } = recipe(task);
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
      JSON.stringify({
        ...moments,
        threads,
        learningRates,
        evaluateEvery: task.evaluation?.everySteps,
        model: task.model,
      }),
    );
    for (const [name, text] of Object.entries(task.files ?? {})) await writeFile(join(folder, name), text);

    const { losses: ours, times: ourTimes, curve: ourCurve, parameters } = await trainHere(task);

    const theirs: number[] = [];
    const theirTimes: number[] = [];
    const theirCurve: CurvePoint[] = [];
    let theirHeldOut: number | undefined;
    let theirAccuracy: number | undefined;
    const environment = { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', HF_HUB_OFFLINE: '1' };
    const peer = spawn(python, [peerScript(task.peer), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: environment,
    });
    let before = performance.now();
    const ended = exitOf(peer);
    for await (const line of createInterface({ input: peer.stdout! })) {
      const { loss, heldOut, accuracy, curve } = JSON.parse(line) as {
        loss?: number;
        heldOut?: number;
        accuracy?: number;
        curve?: CurvePoint;
      };
      if (curve !== undefined) {
        theirCurve.push(curve);
        before = performance.now();
      }
      if (heldOut !== undefined) theirHeldOut = heldOut;
      if (accuracy !== undefined) theirAccuracy = accuracy;
      if (loss === undefined) continue;
      theirs.push(loss);
      theirTimes.push((performance.now() - before) / 1000);
      before = performance.now();
    }
    const code = await ended;
    if (code !== 0) throw new Error(`${task.peer}: expected exit code 0, got ${code}`);
    return {
      ours,
      theirs,
      theirHeldOut,
      theirAccuracy,
      ourCurve,
      theirCurve,
      parameters,
      ourSeconds: median(ourTimes),
      theirSeconds: median(theirTimes),
      ourTimes,
      theirTimes,
    };
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

/** The losses side by side at some steps, and the greatest distance within the first 200. */
export function reportRace({ ours, theirs, ourSeconds, theirSeconds }: RaceResult): { text: string; greatest: number } {
  const every = Math.ceil(ours.length / 10);
  const shown = ours.map((_, i) => i + 1).filter((step) => step === 1 || step === ours.length || step % every === 0);
  const row = (step: number) => {
    const [a, b] = [ours[step - 1]!, theirs[step - 1]!];
    const distance = Math.abs(a - b).toExponential(1);
    return `${String(step).padStart(6)} ${a.toFixed(5).padStart(9)} ${b.toFixed(5).padStart(9)} ${distance.padStart(10)}`;
  };
  const distances = ours.slice(0, 200).map((loss, i) => Math.abs(loss - theirs[i]!));
  const greatest = Math.max(...distances);
  const lines = [
    '  step      here   PyTorch   distance',
    ...shown.map(row),
    `greatest distance in the first ${distances.length} steps: ${greatest.toExponential(2)}`,
    `seconds a step: ${ourSeconds.toFixed(4)} here, ${theirSeconds.toFixed(4)} in PyTorch`,
    '',
  ];
  return { text: lines.join('\n'), greatest };
}

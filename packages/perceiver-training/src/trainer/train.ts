import * as tf from '@tensorflow/tfjs';
import { randomKey } from 'tfjs-backend-onnxruntime';
import type { Member, TensorRecord } from '../optimizers/transformation.js';
import { viewParameters, zeroBuffers } from '../parameters/flat-buffers.js';
import { layoutParameters, membersOf } from '../parameters/parameter-layout.js';
import { STEP_STREAM } from '../random/streams.js';
import { cadence } from './cadence.js';
import { checkResumable } from './check-resumable.js';
import { fillTrainState } from './fill-train-state.js';
import { findNonFinite } from './find-non-finite.js';
import { compileGradientStep } from './gradient-step.js';
import type { Batch } from './loss-function.js';
import { NonFiniteError } from './non-finite-error.js';
import { BUFFERS, PARAMETERS, type RunProgress, type Snapshot, snapshotOf } from './snapshot.js';
import type { Recorder, TrainOptions } from './train-options.js';
import { AVERAGE, compileUpdateStep } from './update-step.js';

/** How a run ended. */
export interface TrainResult {
  readonly step: number;
  readonly seconds: number;
  /** `budget`: all steps or minutes are used; `data`: the source ended; `signal`: it was asked to stop. */
  readonly stopped: 'budget' | 'data' | 'signal';
  /** The loss of the last step; undefined if none was made. */
  readonly loss?: number;
  /** The last evaluation's figures. */
  readonly evaluation?: Readonly<Record<string, number>>;
  /** The trained parameters, and the buffers among them; the caller disposes them. */
  readonly parameters: TensorRecord;
  /** Their moving average, where one was kept, with the same buffers; the caller disposes it. */
  readonly averaged?: TensorRecord;
}

/**
 * Trains: for each step one graph of loss and gradients per batch, then one of the update. Everything random depends on
 * `seed`, step and stream alone, so a run that is resumed from a snapshot continues bit for bit. Throws
 * {@link NonFiniteError} when loss or gradients stop being finite.
 */
export async function train<B extends Batch>(options: TrainOptions<B>): Promise<TrainResult> {
  const { loss, optimizer, data, budget, evaluation, resume, signal, exchange } = options;
  const { seed = 0, accumulate = 1, averageDecay, measureEvery = 50, recorders = [] } = options;
  const now = options.now ?? (() => performance.now() / 1000);
  checkBudget(options);

  // The model in flat buffers, one for each group of parameters that the optimiser treats alike.
  const initial = options.parameters;
  const members = membersOf(initial);
  const layout = layoutParameters(members, optimizer.group);
  const moments = [...optimizer.moments, ...(averageDecay === undefined ? [] : [AVERAGE])];
  const bufferMembers = checkBuffers(options);
  if (resume) checkResumable(resume, { members, buffers: bufferMembers, moments, seed });
  const state = await fillTrainState(optimizer, layout, {
    read: (name) => (resume ? resume.read(PARAMETERS, name) : (initial[name]!.data() as Promise<Float32Array>)),
    readMoment: resume && ((moment, name) => resume.read(moment, name)),
    average: averageDecay !== undefined,
  });
  tf.dispose(initial);
  // State that is not trained stays as tensors of its own: it is small, and only the loss's graph touches it.
  let buffers: TensorRecord = { ...options.buffers };
  if (resume) buffers = await readBuffers(resume, buffers);
  let gradients = zeroBuffers(layout);
  const gradientStep = compileGradientStep(loss, layout);
  const updateStep = compileUpdateStep(optimizer, layout, { averageDecay, accumulate });

  let step = resume?.progress.step ?? 0;
  let best: RunProgress['best'] = resume?.progress.best;
  let lastLoss: number | undefined;
  let lastEvaluation: { step: number; metrics: Record<string, number> } | undefined;
  let savedStep = resume ? step : -1;
  if (resume) await data.restore(resume.progress.data);

  const before = resume?.progress.seconds ?? 0;
  const start = now();
  const seconds = () => before + now() - start;
  const fraction = () =>
    Math.min(1, Math.max(step / (budget.steps ?? Infinity), seconds() / (60 * (budget.minutes ?? Infinity))));
  const evaluationDue = cadence(evaluation ?? {}, before);
  const checkpointDue = cadence(options.checkpoint ?? {}, before);

  // The next batch is prepared while the current step runs; `position` is the source's state before that.
  let position = data.state();
  const fetchBatch = () => {
    position = data.state();
    const batch = Promise.resolve().then(() => data.next());
    batch.catch(() => {}); // Reported where it is awaited.
    return batch;
  };
  let upcoming = fetchBatch();

  const tell = async (call: (recorder: Recorder) => void | Promise<void> | undefined) => {
    for (const recorder of recorders) await call(recorder);
  };
  const save = async ({ last }: { last: boolean }) => {
    if (savedStep === step) return;
    const snapshot = snapshotOf(layout, state, buffers, { step, seconds: seconds(), seed, data: position, best });
    try {
      await tell((recorder) => recorder.save?.(snapshot));
      savedStep = step;
    } catch (error) {
      if (last) throw error;
      const message = `step ${step}: the checkpoint was not saved (${(error as Error).message}); training goes on`;
      await tell((recorder) => recorder.onWarning?.(message));
    }
  };
  const evaluate = async () => {
    if (!evaluation || lastEvaluation?.step === step) return;
    const views = viewParameters(layout, state.parameters);
    const averaged = state.moments[AVERAGE] && viewParameters(layout, state.moments[AVERAGE]);
    const metrics = await evaluation.run(
      { ...views, ...buffers },
      { step, averaged: averaged && { ...averaged, ...buffers } },
    );
    tf.dispose([views, averaged ?? {}]);
    lastEvaluation = { step, metrics };
    const improved = improvement(metrics, evaluation.bestBy, best);
    if (improved) best = { step, ...improved };
    await tell((recorder) => recorder.onEvaluation?.({ step, seconds: seconds(), metrics, best: Boolean(improved) }));
    if (improved) await save({ last: false });
  };
  const failNonFinite = async (value: number, what: string, batches: Batch[]): Promise<never> => {
    const found = await findNonFinite(layout, { batches, parameters: state.parameters, gradients });
    throw new NonFiniteError(step, found?.tensor ?? what, found?.value ?? value);
  };

  const finished = () => fraction() >= 1;
  let stopped: TrainResult['stopped'] = 'budget';
  try {
    if (evaluation?.atStart && step === 0) await evaluate();
    while (!finished()) {
      if (signal?.aborted) {
        stopped = 'signal';
        break;
      }

      // Loss and gradients, summed over the batches of this step.
      const batches: B[] = [];
      const sums: Record<string, number> = {};
      for (let micro = 0; micro < accumulate; micro++) {
        const batch = await upcoming;
        if (batch === undefined) break;
        batches.push(batch);
        upcoming = fetchBatch();
        const key = randomKey(seed, STEP_STREAM, step, micro);
        const result = await gradientStep.run(state.parameters, gradients, batch, key, {
          accumulate: micro > 0,
          buffers,
        });
        gradients = result.gradients;
        tf.dispose(Object.keys(result.buffers).map((name) => buffers[name]!));
        buffers = { ...buffers, ...result.buffers };
        for (const [name, scalar] of Object.entries({ loss: result.loss, ...result.metrics }))
          sums[name] = (sums[name] ?? 0) + (await scalar.data())[0]!;
        tf.dispose([key, result.loss, result.metrics]);
        if (!Number.isFinite(sums.loss)) await failNonFinite(sums.loss!, 'the loss', batches);
      }
      if (batches.length < accumulate) {
        tf.dispose(batches);
        stopped = 'data';
        break;
      }
      if (exchange) gradients = await exchange(gradients);

      // The update.
      const clock = { step, fraction: fraction() };
      const measure = measureEvery > 0 && (step + 1) % measureEvery === 0;
      const norms = await updateStep.run(state, gradients, clock, { measure });
      if (!Number.isFinite(norms.gradientNorm)) await failNonFinite(norms.gradientNorm, 'the gradient norm', batches);
      tf.dispose(batches);
      step++;

      const { loss: lossSum, ...metricSums } = sums;
      lastLoss = lossSum! / accumulate;
      const metrics: Record<string, number> = {};
      for (const [name, sum] of Object.entries(metricSums)) metrics[name] = sum / accumulate;
      Object.assign(metrics, learningRateOf(optimizer.numbers(clock)), { gradientNorm: norms.gradientNorm });
      if (norms.updateNorm !== undefined) metrics.updateNorm = norms.updateNorm;
      const report = { step, seconds: seconds(), fraction: fraction(), loss: lastLoss, metrics };
      await tell((recorder) => recorder.onStep?.(report));

      if (evaluationDue(step, seconds())) await evaluate();
      if (checkpointDue(step, seconds()) && !finished()) await save({ last: false });
      await yieldToHost();
    }
    if (evaluation && evaluation.atEnd !== false && stopped !== 'signal') await evaluate();
    await save({ last: true });

    const copy = (flat: typeof state.parameters) =>
      tf.tidy(() => {
        const all = { ...viewParameters(layout, flat), ...buffers };
        return Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, tensor.clone()]));
      });
    return {
      step,
      seconds: seconds(),
      stopped,
      loss: lastLoss,
      evaluation: lastEvaluation?.metrics,
      parameters: copy(state.parameters),
      averaged: state.moments[AVERAGE] && copy(state.moments[AVERAGE]),
    };
  } finally {
    tf.dispose([(await upcoming.catch(() => undefined)) ?? {}, gradients]);
    tf.dispose([state.parameters, state.moments, buffers] as tf.TensorContainer);
    await gradientStep.dispose();
    await updateStep.dispose();
  }
}

function checkBudget<B extends Batch>({ budget, accumulate = 1 }: TrainOptions<B>): void {
  const { steps, minutes } = budget;
  if (steps === undefined && minutes === undefined)
    throw new TypeError('train: expected a budget of steps or minutes, got neither');
  if (!(Number.isInteger(accumulate) && accumulate >= 1))
    throw new RangeError(`train: expected accumulate to be 1 or more, got ${accumulate}`);
}

/** Names and shapes of the buffers. */
function checkBuffers<B extends Batch>({ parameters, buffers = {} }: TrainOptions<B>): Member[] {
  for (const [name, { dtype }] of Object.entries(buffers)) {
    if (parameters[name] !== undefined)
      throw new TypeError(`train: expected '${name}' as a parameter or as a buffer, got both`);
    if (dtype !== 'float32') throw new TypeError(`train: expected the buffer '${name}' as float32, got ${dtype}`);
  }
  return membersOf(buffers);
}

/** The buffers of a snapshot in place of `initial`, which is disposed. */
async function readBuffers(snapshot: Snapshot, initial: TensorRecord): Promise<TensorRecord> {
  const read: TensorRecord = {};
  for (const [name, tensor] of Object.entries(initial)) {
    // Copied, since a snapshot's numbers are valid until its next call only.
    read[name] = tf.tensor((await snapshot.read(BUFFERS, name)).slice(), tensor.shape, 'float32');
    tensor.dispose();
  }
  return read;
}

function learningRateOf(numbers: Record<string, number>): { learningRate?: number } {
  const entry = Object.entries(numbers).find(([name]) => name.endsWith('.learningRate'));
  return entry ? { learningRate: entry[1] } : {};
}

function improvement(
  metrics: Record<string, number>,
  bestBy: { metric: string; higherIsBetter?: boolean } | undefined,
  best: RunProgress['best'],
): { metric: string; value: number } | undefined {
  if (!bestBy) return undefined;
  const value = metrics[bestBy.metric];
  if (value === undefined)
    throw new TypeError(`evaluation: expected the metric '${bestBy.metric}', got ${Object.keys(metrics).join(', ')}`);
  const better = best === undefined || (bestBy.higherIsBetter ? value > best.value : value < best.value);
  return better ? { metric: bestBy.metric, value } : undefined;
}

/** Lets timers and signal handlers run, which engines that compute at once would hold up. */
function yieldToHost(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

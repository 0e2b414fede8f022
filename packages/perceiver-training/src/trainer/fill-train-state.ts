import type { Optimizer } from '../optimizers/optimizer.js';
import { fillBuffers, type ReadNumbers, zeroBuffers } from '../parameters/flat-buffers.js';
import type { ParameterLayout } from '../parameters/parameter-layout.js';
import { AVERAGE, type TrainState } from './update-step.js';

export interface FillTrainStateOptions {
  /** The parameters' numbers. */
  readonly read: ReadNumbers;
  /** Numbers of a moment, to continue a run; zeros otherwise. */
  readonly readMoment?: (moment: string, name: string) => Float32Array | Promise<Float32Array>;
  /** Whether a moving average of the parameters is kept; it starts at their values. */
  readonly average?: boolean;
}

/** Buffers of parameters and moments: of a new run, or of one that continues. */
export async function fillTrainState(
  optimizer: Optimizer,
  layout: ParameterLayout,
  { read, readMoment, average = false }: FillTrainStateOptions,
): Promise<TrainState> {
  const state: TrainState = { parameters: await fillBuffers(layout, read), moments: {} };
  for (const moment of optimizer.moments)
    state.moments[moment] = readMoment
      ? await fillBuffers(layout, (name) => readMoment(moment, name))
      : zeroBuffers(layout);
  if (average)
    state.moments[AVERAGE] = await fillBuffers(layout, readMoment ? (name) => readMoment(AVERAGE, name) : read);
  return state;
}

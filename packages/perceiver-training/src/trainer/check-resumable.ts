import type { Member } from '../optimizers/transformation.js';
import { PARAMETERS, type Snapshot } from './snapshot.js';

/** A snapshot does not fit the run that should continue from it. */
export class ResumeError extends Error {
  override name = 'ResumeError';
}

/** What a run expects of a snapshot. */
export interface ResumableRun {
  readonly members: readonly Member[];
  readonly buffers: readonly Member[];
  readonly moments: readonly string[];
  readonly seed: number;
}

/** Throws ResumeError where model, optimiser or seed differ from those of the snapshot. */
export function checkResumable(snapshot: Snapshot, { members, buffers, moments, seed }: ResumableRun): void {
  checkTensors('parameter', members, snapshot.members);
  checkTensors('buffer', buffers, snapshot.buffers);
  const parts = [PARAMETERS, ...moments].sort().join(', ');
  const savedParts = [...snapshot.parts].sort().join(', ');
  if (parts !== savedParts) throw new ResumeError(`optimiser: expected a checkpoint with ${parts}, got ${savedParts}`);
  if (snapshot.progress.seed !== seed)
    throw new ResumeError(`seed: expected ${snapshot.progress.seed} as in the checkpoint, got ${seed}`);
}

function checkTensors(kind: string, expected: readonly Member[], got: readonly Member[]): void {
  const saved = new Map(got.map(({ name, shape }) => [name, `[${shape}]`]));
  for (const { name, shape } of expected) {
    if (saved.get(name) !== `[${shape}]`)
      throw new ResumeError(`${kind} ${name}: expected [${shape}], got ${saved.get(name) ?? 'none'} in the checkpoint`);
    saved.delete(name);
  }
  const [extra] = saved.keys();
  if (extra !== undefined) throw new ResumeError(`${kind} ${extra}: the checkpoint has it, the model has not`);
}

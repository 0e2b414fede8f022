import type { Member } from '../optimizers/transformation.js';
import { PARAMETERS, type Snapshot } from './snapshot.js';

/** A snapshot does not fit the run that should continue from it. */
export class ResumeError extends Error {
  override name = 'ResumeError';
}

/** Throws ResumeError where model, optimiser or seed differ from those of the snapshot. */
export function checkResumable(
  snapshot: Snapshot,
  { members, moments, seed }: { members: readonly Member[]; moments: readonly string[]; seed: number },
): void {
  const saved = new Map(snapshot.members.map(({ name, shape }) => [name, `[${shape}]`]));
  for (const { name, shape } of members) {
    if (saved.get(name) !== `[${shape}]`)
      throw new ResumeError(
        `parameter ${name}: expected [${shape}], got ${saved.get(name) ?? 'none'} in the checkpoint`,
      );
    saved.delete(name);
  }
  const [extra] = saved.keys();
  if (extra !== undefined) throw new ResumeError(`parameter ${extra}: the checkpoint has it, the model has not`);
  const parts = [PARAMETERS, ...moments].sort().join(', ');
  const savedParts = [...snapshot.parts].sort().join(', ');
  if (parts !== savedParts) throw new ResumeError(`optimiser: expected a checkpoint with ${parts}, got ${savedParts}`);
  if (snapshot.progress.seed !== seed)
    throw new ResumeError(`seed: expected ${snapshot.progress.seed} as in the checkpoint, got ${seed}`);
}

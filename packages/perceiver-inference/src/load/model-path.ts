import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointNotFoundError } from 'perceiver-checkpoints';
import { listCheckpoints } from 'perceiver-training/node';

/** The model that a name or path means: of a training run's folder its last checkpoint, otherwise what was given. */
export async function modelPath(idOrPath: string): Promise<string> {
  const checkpoints = join(idOrPath, 'checkpoints');
  const isRun = await stat(checkpoints).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (!isRun) return idOrPath;
  const last = (await listCheckpoints(checkpoints)).at(-1);
  if (last === undefined) throw new CheckpointNotFoundError(`${checkpoints}: expected a checkpoint, found none yet`);
  return last;
}

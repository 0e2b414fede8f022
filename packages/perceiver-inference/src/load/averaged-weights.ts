import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, type CheckpointReader, openCheckpoint } from 'perceiver-checkpoints';

/** The file of a run's checkpoint that has the moving average of its weights, and the names there (see perceiver-training). */
const TRAINING = 'training.safetensors';
const PREFIX = 'average/';

/**
 * A run's checkpoint with the moving average of its weights in place of the weights; what is not averaged, such as a batch norm's running
 * statistics, stays. Closing it closes `weights` too.
 *
 * @param folder of the checkpoint
 * @throws CheckpointError where there is no average
 */
export async function averagedWeights(folder: string, weights: CheckpointReader): Promise<CheckpointReader> {
  const file = join(folder, TRAINING);
  const isThere = await stat(file).then(
    (info) => info.isFile(),
    () => false,
  );
  if (!isThere) {
    throw new CheckpointError(
      `${folder}: expected the checkpoint of a training run, with a moving average of the weights in ${TRAINING}, found none`,
    );
  }
  const training = await openCheckpoint(file);
  const isAveraged = (name: string): boolean => training.tensors.has(PREFIX + name);
  if (![...weights.tensors.keys()].some(isAveraged)) {
    await training.close();
    throw new CheckpointError(
      `${file}: expected a moving average of the weights, found none; a run keeps one with training.averageDecay`,
    );
  }
  return {
    ...weights,
    files: [...weights.files, ...training.files],
    tensors: new Map(
      [...weights.tensors].map(([name, info]) => [name, training.tensors.get(PREFIX + name) ?? info] as const),
    ),
    read: (name) => (isAveraged(name) ? training.read(PREFIX + name) : weights.read(name)),
    readInto: (name, target) =>
      isAveraged(name) ? training.readInto(PREFIX + name, target) : weights.readInto(name, target),
    close: async () => {
      await Promise.all([weights.close(), training.close()]);
    },
  };
}

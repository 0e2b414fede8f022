import type { Member, TensorRecord } from '../optimizers/transformation.js';
import { type FlatBuffers, readParameters } from '../parameters/flat-buffers.js';
import { membersOf, type ParameterLayout } from '../parameters/parameter-layout.js';
import type { Json } from './batch-source.js';
import type { TrainState } from './update-step.js';

/** Everything about a run that is not a tensor. */
export interface RunProgress {
  /** Updates made. Together with the seed this is the state of all random numbers of the trainer. */
  readonly step: number;
  /** Time spent in training, earlier sessions included. */
  readonly seconds: number;
  readonly seed: number;
  /** State of the data source. */
  readonly data: Json;
  /** The best evaluation so far. */
  readonly best?: { readonly step: number; readonly metric: string; readonly value: number };
}

/** Name of the part of a snapshot that holds the parameters; the others are the optimiser's moments and the average. */
export const PARAMETERS = 'parameters';

/** Name of the part of a snapshot that holds the buffers; its tensors are {@link Snapshot.buffers}. */
export const BUFFERS = 'buffers';

/** A run at one moment: what a checkpoint holds. */
export interface Snapshot {
  readonly progress: RunProgress;
  /** `parameters` and moments. */
  readonly parts: readonly string[];
  /** Names and shapes of the tensors in each part, in the order in which reading is fastest. */
  readonly members: readonly Member[];
  /** Names and shapes of the tensors in the part `buffers`: state that is carried and not trained. */
  readonly buffers: readonly Member[];
  /** A tensor's numbers; valid until the next call. */
  read(part: string, name: string): Promise<Float32Array>;
}

/** A view of a live state; read it before the next update. */
export function snapshotOf(
  layout: ParameterLayout,
  state: TrainState,
  buffers: Readonly<TensorRecord>,
  progress: RunProgress,
): Snapshot {
  const parts: Record<string, FlatBuffers> = { [PARAMETERS]: state.parameters, ...state.moments };
  let cached: { part: string; numbers: Map<string, Float32Array> } | undefined;
  return {
    progress,
    parts: Object.keys(parts),
    members: layout.groups.flatMap((group) => group.members),
    buffers: membersOf(buffers),
    read: async (part, name) => {
      if (part === BUFFERS) return (await buffers[name]!.data()) as Float32Array;
      for (const group of layout.groups) {
        if (!group.members.some((member) => member.name === name)) continue;
        const key = `${part} ${group.name}`;
        if (cached?.part !== key) {
          const numbers = new Map<string, Float32Array>();
          await readParameters({ ...layout, groups: [group] }, parts[part]!, (member, values) => {
            numbers.set(member, values);
          });
          cached = { part: key, numbers };
        }
        return cached.numbers.get(name)!;
      }
      throw new RangeError(`snapshot: expected the name of a parameter, got ${name}`);
    },
  };
}

import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafetensors, type TensorToWrite, writeSafetensors } from 'perceiver-checkpoints';
import type { Member } from '../optimizers/transformation.js';
import { BUFFERS, PARAMETERS, type RunProgress, type Snapshot } from '../trainer/snapshot.js';

/** Files of a checkpoint: parameters and buffers under their own names; moments as `moment/name`; everything else. */
const MODEL = 'model.safetensors';
const TRAINING = 'training.safetensors';
const PROGRESS = 'progress.json';
const INCOMPLETE = '.incomplete';

export interface CheckpointStoreOptions {
  /** Checkpoints kept, besides the best. */
  readonly keep?: number;
  /** Texts or bytes written into every checkpoint, by file name: a `config.json` makes it a model folder. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** The checkpoints of a run: folders `step-00000100`, each written beside and renamed when all of it is on the disk. */
export interface CheckpointStore {
  save(snapshot: Snapshot): Promise<string>;
  /** Paths of the complete checkpoints, oldest first. */
  list(): Promise<string[]>;
}

/** Opens a folder of checkpoints and removes what a killed process left half written. */
export async function openCheckpointStore(
  folder: string,
  { keep = 3, files = {} }: CheckpointStoreOptions = {},
): Promise<CheckpointStore> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder))
    if (name.endsWith(INCOMPLETE)) await rm(join(folder, name), { recursive: true, force: true });

  const list = () => listCheckpoints(folder);
  const prune = async (best: string | undefined) => {
    const all = await list();
    for (const path of all.slice(0, Math.max(0, all.length - keep))) {
      if (best !== undefined && path === join(folder, best)) continue;
      // Renamed first, so that a half removed folder never looks complete.
      await rename(path, path + INCOMPLETE);
      await rm(path + INCOMPLETE, { recursive: true, force: true });
    }
  };
  return {
    list,
    save: async (snapshot) => {
      const path = join(folder, folderName(snapshot.progress.step));
      const partial = path + INCOMPLETE;
      try {
        await rm(partial, { recursive: true, force: true });
        await mkdir(partial);
        await writeSafetensors(
          join(partial, MODEL),
          new Map([
            ...tensorsOf(snapshot, PARAMETERS, snapshot.members),
            ...tensorsOf(snapshot, BUFFERS, snapshot.buffers),
          ]),
          { metadata: { format: 'pt', ...listBuffers(snapshot.buffers) } },
        );
        const moments = snapshot.parts.filter((part) => part !== PARAMETERS);
        await writeSafetensors(
          join(partial, TRAINING),
          new Map(moments.flatMap((part) => tensorsOf(snapshot, part, snapshot.members, `${part}/`))),
        );
        for (const [name, contents] of Object.entries(files)) await writeDurably(join(partial, name), contents);
        await writeDurably(join(partial, PROGRESS), `${JSON.stringify(snapshot.progress, null, 2)}\n`);
        await syncFolder(partial);
        await rm(path, { recursive: true, force: true });
        await rename(partial, path);
        await syncFolder(folder);
      } catch (error) {
        await rm(partial, { recursive: true, force: true }).catch(() => {});
        throw error;
      }
      const best = snapshot.progress.best;
      await prune(best && folderName(best.step));
      return path;
    },
  };
}

/** Paths of the complete checkpoints in a folder, oldest first. */
export async function listCheckpoints(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .filter((name) => /^step-\d+$/.test(name))
    .sort((a, b) => stepOf(a) - stepOf(b))
    .map((name) => join(folder, name));
}

/** Reads a checkpoint's folder as a snapshot; close it when the run has taken it over. */
export async function openCheckpoint(path: string): Promise<Snapshot & { close(): Promise<void> }> {
  const progress = JSON.parse(await readFile(join(path, PROGRESS), 'utf8')) as RunProgress;
  const model = await openSafetensors(join(path, MODEL));
  const training = await openSafetensors(join(path, TRAINING));
  const bufferNames = bufferNamesOf(join(path, MODEL), model.metadata);
  const tensors: Member[] = [...model.tensors].map(([name, { shape }]) => ({ name, shape }));
  const moments = new Set([...training.tensors.keys()].map((name) => name.slice(0, name.indexOf('/'))));
  return {
    progress,
    parts: [PARAMETERS, ...moments],
    members: tensors.filter(({ name }) => !bufferNames.has(name)),
    buffers: tensors.filter(({ name }) => bufferNames.has(name)),
    read: async (part, name) => {
      const { data } =
        part === PARAMETERS || part === BUFFERS ? await model.read(name) : await training.read(`${part}/${name}`);
      if (!(data instanceof Float32Array)) throw new TypeError(`${path}: expected ${name} as F32, got another type`);
      return data;
    },
    close: async () => {
      await model.close();
      await training.close();
    },
  };
}

function tensorsOf(
  { read }: Snapshot,
  part: string,
  members: readonly Member[],
  prefix = '',
): [name: string, tensor: TensorToWrite][] {
  return members.map(({ name, shape }) => [
    `${prefix}${name}`,
    { dtype: 'F32', shape: [...shape], data: () => read(part, name) },
  ]);
}

/** Which tensors of the model's file are buffers stands in its metadata, which other readers pass over. */
function listBuffers(buffers: readonly Member[]): { buffers?: string } {
  return buffers.length > 0 ? { buffers: JSON.stringify(buffers.map(({ name }) => name)) } : {};
}

function bufferNamesOf(file: string, { buffers = '[]' }: Readonly<Record<string, string>>): ReadonlySet<unknown> {
  try {
    const names: unknown = JSON.parse(buffers);
    if (Array.isArray(names)) return new Set(names);
  } catch {}
  throw new TypeError(`${file}: expected metadata 'buffers' as a JSON list of names, got ${buffers.slice(0, 80)}`);
}

function folderName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

function stepOf(name: string): number {
  return Number(name.slice('step-'.length));
}

async function writeDurably(path: string, contents: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(contents);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes names durable; Windows cannot open folders and needs no such call. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

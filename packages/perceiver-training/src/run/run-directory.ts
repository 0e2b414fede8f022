import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Snapshot } from '../trainer/snapshot.js';
import type { Recorder } from '../trainer/train-options.js';
import { type AppendFile, openAppendFile } from './append-file.js';
import {
  type CheckpointStoreOptions,
  listCheckpoints,
  openCheckpoint,
  openCheckpointStore,
} from './checkpoint-store.js';
import { type MetricsLine, metricsLine, openMetricsLog, readMetrics } from './metrics-log.js';
import { type EventImage, imageEvent, restartEvent, scalarEvent, versionEvent } from './tensorboard-events.js';

/** Logs reach the disk at least this often, and before each checkpoint. */
const FLUSH_SECONDS = 2;

export interface RunDirectoryOptions extends CheckpointStoreOptions {
  /** The resolved configuration, written to `config.json`. */
  readonly config: unknown;
  /** Continue from the last checkpoint, if there is one; otherwise the folder must not hold a run. */
  readonly resume?: boolean;
}

/**
 * A run's folder: `config.json`, `metrics.jsonl`, TensorBoard event files and `checkpoints/`. A process that is killed at
 * any moment leaves the last checkpoint whole; logs past it are dropped when the run resumes.
 */
export interface RunDirectory {
  readonly path: string;
  /** The last checkpoint, when resuming; for `train`'s option of that name. */
  readonly resume?: Snapshot;
  /** For `train`'s recorders. */
  readonly recorder: Recorder;
  /** Shows pictures in TensorBoard, by tag. */
  images(step: number, images: Readonly<Record<string, EventImage>>): Promise<void>;
  /** All logged lines so far. */
  metrics(): Promise<MetricsLine[]>;
  /** Paths of the checkpoints, oldest first. */
  checkpoints(): Promise<string[]>;
  close(): Promise<void>;
}

/** A folder cannot take a run, or holds none to go on from. */
export class RunDirectoryError extends Error {
  override name = 'RunDirectoryError';
}

/** Reads the configuration of a run. */
export async function readRunConfig(path: string): Promise<unknown> {
  const file = join(path, 'config.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new RunDirectoryError(`${path}: expected the folder of a run with a config.json, found none`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RunDirectoryError(`${file}: expected JSON (${(error as Error).message})`);
  }
}

/** Creates or continues a run's folder. */
export async function openRunDirectory(
  path: string,
  { config, resume = false, ...storeOptions }: RunDirectoryOptions,
): Promise<RunDirectory> {
  const checkpointFolder = join(path, 'checkpoints');
  const metricsFile = join(path, 'metrics.jsonl');
  await mkdir(path, { recursive: true });
  const existing = await listCheckpoints(checkpointFolder);
  if (existing.length > 0 && !resume)
    throw new RunDirectoryError(`${path}: holds a run already; continue it with --resume, or choose another folder`);

  const store = await openCheckpointStore(checkpointFolder, storeOptions);
  const last = resume ? existing.at(-1) : undefined;
  const snapshot = last === undefined ? undefined : await openCheckpoint(last);
  const step = snapshot?.progress.step ?? 0;
  await writeFile(join(path, 'config.json.new'), `${JSON.stringify(config, null, 2)}\n`);
  await rename(join(path, 'config.json.new'), join(path, 'config.json'));

  const metrics = await openMetricsLog(metricsFile, { upTo: step });
  const seconds = Math.floor(Date.now() / 1000);
  const events = await openAppendFile(join(path, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`));
  events.append(versionEvent(Date.now() / 1000));
  if (snapshot) events.append(restartEvent(Date.now() / 1000, step + 1));

  const logs: AppendFile[] = [metrics, events];
  let flushed = Date.now();
  const flush = async () => {
    flushed = Date.now();
    // A log that cannot be written keeps its lines; they follow when there is room again.
    await Promise.allSettled(logs.map((log) => log.flush()));
  };
  const log = async (line: MetricsLine) => {
    const { kind, step: at, seconds: _, ...values } = line;
    metrics.append(metricsLine(line));
    const scalars: Record<string, number> = {};
    for (const [name, value] of Object.entries(values))
      if (typeof value === 'number') scalars[`${kind}/${name}`] = value;
    events.append(scalarEvent(Date.now() / 1000, at, scalars));
    if (kind === 'evaluation' || Date.now() - flushed > FLUSH_SECONDS * 1000) await flush();
  };
  return {
    path,
    resume: snapshot,
    recorder: {
      onStep: ({ step: at, seconds: time, loss, metrics: values }) =>
        log({ kind: 'train', step: at, seconds: time, loss, ...values }),
      onEvaluation: ({ step: at, seconds: time, metrics: values, best }) =>
        log({ kind: 'evaluation', step: at, seconds: time, ...values, best }),
      save: async (state) => {
        await flush();
        await store.save(state);
      },
    },
    images: async (at, images) => {
      events.append(imageEvent(Date.now() / 1000, at, images));
      await flush();
    },
    metrics: async () => {
      await flush();
      return readMetrics(metricsFile);
    },
    checkpoints: store.list,
    close: async () => {
      await Promise.allSettled(logs.map((file) => file.close()));
      await snapshot?.close();
    },
  };
}

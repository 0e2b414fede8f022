import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ImageFileError } from 'perceiver-image-files';
import { ImageDataError } from '../datasets/image-data-error.js';
import type { BatchSettings, BatchTask, HostImageBatch } from './batch-task.js';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.js';

/** A loading thread that failed as a whole. */
export class ImageLoadingError extends Error {
  override readonly name = 'ImageLoadingError';
}

/** Makes batches; in other threads, or in this one. */
export interface BatchMaker {
  /** The batch of a task. The promise fails where a picture or a thread does, never silently. */
  make(task: BatchTask): Promise<HostImageBatch>;
  /** Stops the threads; batches that are yet to come fail. */
  close(): Promise<void>;
}

interface Pending {
  readonly worker: number;
  readonly resolve: (batch: HostImageBatch) => void;
  readonly reject: (error: Error) => void;
}

/** The entry of a thread, and how it is run. */
function threadEntry(): { entry: URL; execArgv?: string[] } {
  if (!import.meta.url.endsWith('.ts')) return { entry: new URL('./image-worker.js', import.meta.url) };
  // Tests and `npm run dev` run the sources. What reads TypeScript in the main thread does not reach others, so it is started in each.
  const tsx = new URL('index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')));
  const start = `import { register } from ${JSON.stringify(tsx.href)}; register();`;
  return {
    entry: new URL('./image-worker.ts', import.meta.url),
    execArgv: ['--conditions=source', '--import', `data:text/javascript,${encodeURIComponent(start)}`],
  };
}

const ERRORS: Readonly<Record<string, new (message: string) => Error>> = { ImageDataError, ImageFileError };

/** Threads that make batches, each one after the other; a batch goes to the thread with the fewest to make. */
export function workerPool(count: number, settings: BatchSettings): BatchMaker {
  const pending = new Map<number, Pending>();
  const loads = new Array<number>(count).fill(0);
  let nextId = 0;
  let failure: Error | undefined;
  const data: WorkerStart = { settings };
  const { entry, execArgv } = threadEntry();
  const workers = Array.from({ length: count }, (_, index) => {
    const worker = new Worker(entry, { workerData: data, execArgv, name: `image loading ${index}` });
    worker.on('message', (reply: WorkerReply) => settle(reply));
    worker.on('error', (error) => fail(`loading thread ${index} failed: ${error.message}`, error));
    worker.on('messageerror', (error) =>
      fail(`loading thread ${index} sent what cannot be read: ${error.message}`, error),
    );
    worker.on('exit', (code) => fail(`loading thread ${index} ended with code ${code}`));
    return worker;
  });

  // A process that has nothing else to do may end; while a batch is awaited it may not.
  const hold = (): void => {
    for (const worker of workers) pending.size > 0 ? worker.ref() : worker.unref();
  };
  const settle = (reply: WorkerReply): void => {
    const found = pending.get(reply.id);
    if (found === undefined) return;
    pending.delete(reply.id);
    loads[found.worker]!--;
    hold();
    if ('batch' in reply) found.resolve(reply.batch);
    else found.reject(errorOf(reply.error));
  };
  const fail = (message: string, cause?: Error): void => {
    failure ??= new ImageLoadingError(message, { cause });
    const waiting = [...pending.values()];
    pending.clear();
    for (const { reject } of waiting) reject(failure);
  };
  hold();

  return {
    make: (task) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        const worker = loads.indexOf(Math.min(...loads));
        const request: WorkerRequest = { id: nextId++, task };
        pending.set(request.id, { worker, resolve, reject });
        loads[worker]!++;
        hold();
        workers[worker]!.postMessage(request);
      }),
    close: async () => {
      fail('loading was closed');
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function errorOf({ name, message, stack }: { name: string; message: string; stack?: string }): Error {
  const Kind = ERRORS[name];
  if (Kind !== undefined) return new Kind(message);
  return new ImageLoadingError(`a loading thread failed: ${name}: ${message}`, { cause: stack });
}

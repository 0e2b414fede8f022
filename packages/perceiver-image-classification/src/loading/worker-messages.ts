import type { BatchSettings, BatchTask, HostImageBatch } from './batch-task.js';

/** What a worker thread begins with. */
export interface WorkerStart {
  readonly settings: BatchSettings;
}

/** To a worker thread: make this batch. */
export interface WorkerRequest {
  readonly id: number;
  readonly task: BatchTask;
}

/** From a worker thread: the batch, or why there is none. */
export type WorkerReply =
  | { readonly id: number; readonly batch: HostImageBatch }
  | {
      readonly id: number;
      readonly error: { readonly name: string; readonly message: string; readonly stack?: string };
    };

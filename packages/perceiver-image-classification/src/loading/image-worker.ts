import { parentPort, workerData } from 'node:worker_threads';
import { imageReader } from '../datasets/image-reader.js';
import { makeBatch } from './make-batch.js';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.js';

// The entry of a worker thread: makes one batch after the other and hands its arrays over without a copy. It loads no TensorFlow.js.
const { settings } = workerData as WorkerStart;
const port = parentPort!;
const reader = imageReader();
let last: Promise<void> = Promise.resolve();

async function answer({ id, task }: WorkerRequest): Promise<void> {
  let reply: WorkerReply;
  let buffers: ArrayBuffer[] = [];
  try {
    const batch = await makeBatch(task, settings, reader);
    const arrays = [batch.pixels, batch.labels, batch.boxes, batch.targets];
    buffers = arrays.map(({ buffer }) => buffer as ArrayBuffer);
    reply = { id, batch };
  } catch (error) {
    const { name, message, stack } = error as Error;
    reply = { id, error: { name, message, stack } };
  }
  port.postMessage(reply, buffers);
}

port.on('message', (request: WorkerRequest) => {
  last = last.then(() => answer(request));
});

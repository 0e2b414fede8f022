import { setTimeout as pause } from 'node:timers/promises';
import { isTransient } from './hub-errors.js';
import type { HubOptions } from './hub-options.js';

const LONGEST_PAUSE = 10_000;

/** Runs `action` until it succeeds, fails for good, or failed `retries` times in a row without getting further. */
export async function retry<T>(
  { retries = 5, retryDelay = 500, signal }: HubOptions,
  action: (attempt: number) => Promise<T>,
  madeProgress: () => boolean = () => false,
): Promise<T> {
  for (let attempt = 0, failures = 0; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await action(attempt);
    } catch (error) {
      failures = madeProgress() ? 1 : failures + 1;
      if (signal?.aborted || !isTransient(error) || failures > retries) throw error;
      await pause(Math.min(LONGEST_PAUSE, retryDelay * 2 ** (failures - 1)), undefined, { signal });
    }
  }
}

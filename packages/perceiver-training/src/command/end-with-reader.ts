import type { Streams } from './run-commands.js';

const watched = new WeakSet<object>();

/** Ends the process without a word when the reader of its output has gone, as in `... | head`. Nothing for streams other than the process' own. */
export function endWithReader({ stdout }: Streams): void {
  if (stdout !== process.stdout || watched.has(stdout)) return;
  watched.add(stdout);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

import type { Streams } from './run-commands.js';

let watching = false;

/** Ends the process without a word when the reader of its output has gone, as in `... | head`. Nothing for streams other than the process' own. */
export function endWithReader({ stdout }: Streams): void {
  if (stdout !== process.stdout || watching) return;
  watching = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

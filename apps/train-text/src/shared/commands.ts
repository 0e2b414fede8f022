import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quote } from 'perceiver-training/node';

/** How the user starts this program: by `npm start` in the repository, or by its name. */
export function trainTextCommand(): string {
  return startedByNpm() ? 'npm start --' : 'train-text';
}

/** How the user starts perceiver-text. */
export function perceiverTextCommand(): string {
  if (!startedByNpm()) return 'perceiver-text';
  const index = fileURLToPath(import.meta.resolve('perceiver-text'));
  return `node ${quote(relative(process.cwd(), index.replace(/index\.[jt]s$/, 'cli.js')))}`;
}

function startedByNpm(): boolean {
  return process.env.npm_lifecycle_event === 'start';
}

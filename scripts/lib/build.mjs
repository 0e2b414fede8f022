// Builds all packages; what has not changed comes from turbo's cache.
import { runPnpm } from './run.mjs';

/**
 * Runs a turbo task over all packages. Turbo's children find the pinned pnpm on PATH.
 * @param {'build' | 'typecheck'} task
 * @param {string[]} [filters] package names, with all they depend on; none means all packages
 * @returns {Promise<{ code: number, output: string }>} output holds the logs of failing packages only
 */
export function runTurbo(task, filters = []) {
  return runPnpm([
    'exec',
    'turbo',
    'run',
    task,
    '--output-logs=errors-only',
    '--ui=stream',
    '--no-color',
    ...filters.map((name) => `--filter=${name}`),
  ]);
}

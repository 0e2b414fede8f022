// Runs a program and waits for it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readManifest, root } from './workspace.mjs';

/** Settings for every child: no telemetry, no update notices, no question that nobody answers. */
const quietEnvironment = {
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
};

/**
 * How to run: `live` shows the output as it comes (on stderr with `toStderr`), otherwise it is collected.
 * @typedef {{ live?: boolean, toStderr?: boolean, cwd?: string, env?: Record<string, string> }} RunOptions
 */

/**
 * Runs a program to its end. Never throws for a failing program: look at `code`.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} exit code (1 after a signal) and, unless `live`, stdout and stderr together
 */
export function run(command, args, { live = false, toStderr = false, cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...quietEnvironment, ...env },
      stdio: live ? ['ignore', toStderr ? 2 : 1, 2] : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The pnpm version that package.json pins. */
export function pinnedPnpm() {
  const match = /^pnpm@(\d+\.\d+\.\d+)/.exec(readManifest(root).packageManager ?? '');
  if (!match) throw new Error('package.json: "packageManager" must pin pnpm; expected "pnpm@X.Y.Z"');
  return /** @type {string} */ (match[1]);
}

/**
 * Runs the pinned pnpm through npx, which fetches it once. Programs that pnpm starts find pnpm on PATH.
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export function runPnpm(args, options = {}) {
  const npx = npxCommand();
  return run(npx[0], [...npx.slice(1), '--yes', `pnpm@${pinnedPnpm()}`, ...args], options);
}

/** npx as a program and its first arguments; beside npm's own script where that is known, so that no shell is needed. */
function npxCommand() {
  const candidates = [
    process.env.npm_execpath && join(dirname(process.env.npm_execpath), 'npx-cli.js'),
    join(dirname(process.execPath), 'node_modules/npm/bin/npx-cli.js'),
    join(dirname(process.execPath), '../lib/node_modules/npm/bin/npx-cli.js'),
  ];
  const script = candidates.find((candidate) => candidate && existsSync(candidate));
  return /** @type {[string, ...string[]]} */ (script ? [process.execPath, script] : ['npx']);
}

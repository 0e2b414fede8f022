import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles `tiny-run.ts` once, so that each process starts quickly; returns the script's path. */
export async function bundleTinyRun(): Promise<string> {
  // Inside the package, so that the bundle finds onnxruntime-node.
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/tiny-run-${process.pid}/`, import.meta.url));
  const outfile = join(folder, 'tiny-run.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./tiny-run.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    external: ['onnxruntime-node'],
  });
  return outfile;
}

export interface TinyProcess {
  readonly child: ChildProcess;
  /** Resolves when this process has reported so many steps, or has ended. */
  readonly stepped: (count: number) => Promise<void>;
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string }>;
}

/** Starts the bundled run. */
export function startTinyRun(script: string, ...options: (string | number)[]): TinyProcess {
  const child = spawn(process.execPath, [script, ...options.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  let steps = 0;
  child.stdout!.on('data', (chunk) => {
    steps += String(chunk).split('\n').length - 1;
    child.emit('stepped');
  });
  const stepped = (count: number) =>
    new Promise<void>((resolve) => {
      const check = () => steps >= count && resolve();
      child.on('stepped', check);
      child.on('close', () => resolve());
      check();
    });
  return { child, stepped, ended };
}

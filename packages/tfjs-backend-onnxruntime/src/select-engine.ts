import * as tf from '@tensorflow/tfjs';
import { installPreciseConv2d } from './cpu/precise-conv2d.js';
import { STRASSEN_BYTES } from './kernels/strassen.js';
import { registerOnnxRuntime } from './register.js';
import { hasAvx512 } from './runtime/processor.js';
import type { OnnxRuntime, SessionOptions } from './runtime/runtime.js';

/** What can run a model: compiled by ONNX Runtime, or one of tfjs' own backends at once. */
export const engineNames = ['onnxruntime', 'tensorflow', 'wasm', 'webgpu', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

export interface SelectEngineOptions extends SessionOptions {
  /** With `auto`: prefer an installed @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node. */
  readonly preferTensorFlow?: boolean;
}

export interface SelectedEngine {
  readonly name: EngineName;
  /** One line that says what was chosen and, with `auto`, why. */
  readonly description: string;
}

/** An engine that is not installed, or does not start here. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
}

// Names in variables: bundlers for the browser must not try to resolve what only Node has.
const importPackage = (name: string): Promise<unknown> => import(/* @vite-ignore */ /* webpackIgnore: true */ name);

const isNode = typeof process !== 'undefined' && process.versions?.node !== undefined;

async function startOnnxRuntime(options: SessionOptions): Promise<string> {
  const name = isNode ? 'onnxruntime-node' : 'onnxruntime-web';
  // Its library tells Microsoft of each process, and keeps a database of them in the home directory, unless this is set before it is loaded.
  if (isNode) process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const loaded = (await importPackage(name)) as OnnxRuntime & { default?: OnnxRuntime };
  const { strassenBytes = (await hasAvx512()) ? STRASSEN_BYTES : 0 } = options;
  const runtime = loaded.InferenceSession === undefined ? loaded.default! : loaded;
  await registerOnnxRuntime(runtime, { ...options, strassenBytes });
  const providers = (options.executionProviders ?? ['cpu']).map((p) => (typeof p === 'string' ? p : p.name)).join(', ');
  return `${name} on ${providers}, compiled`;
}

/** Functions that Node 23 removed and tfjs-node 4 still calls. */
async function restoreNodeUtilities(): Promise<void> {
  const { default: util } = (await importPackage('node:util')) as { default: Record<string, unknown> };
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

/** tfjs-node may bring its own copy of tfjs, which registers the same kernels once more and says so two hundred times. */
async function withoutRepeatedRegistrations<T>(load: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...parts: unknown[]) => {
    if (!/already (been )?(registered|set)/.test(String(parts[0]))) warn(...parts);
  };
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
}

async function importDirectory(directory: string): Promise<void> {
  const { createRequire } = (await importPackage('node:module')) as typeof import('node:module');
  const { resolve } = (await importPackage('node:path')) as typeof import('node:path');
  const absolute = resolve(directory);
  createRequire(`${absolute}/`)(absolute);
}

async function startTensorFlow(): Promise<string> {
  if (!isNode) throw new Error('only Node has it');
  await restoreNodeUtilities();
  const directory = process.env.PERCEIVER_TFJS_NODE || undefined;
  const failures: string[] = [];
  for (const name of directory === undefined ? ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] : [directory]) {
    try {
      await withoutRepeatedRegistrations(() => (directory === undefined ? importPackage(name) : importDirectory(name)));
      if (await tf.setBackend('tensorflow')) return `${name}, at once`;
      failures.push(`${name}: it did not register the backend 'tensorflow'`);
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new Error(failures.join('; '));
}

async function startTfjsBackend(name: 'wasm' | 'webgpu' | 'cpu'): Promise<string> {
  if (name !== 'cpu') await importPackage(`@tensorflow/tfjs-backend-${name}`);
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not start its backend '${name}'`);
  if (name === 'cpu') {
    installPreciseConv2d();
    // The cpu backend would print an advertisement for tfjs-node at its first use.
    (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  }
  return `tfjs' own backend '${name}', at once`;
}

const start: Record<EngineName, (options: SessionOptions) => Promise<string>> = {
  onnxruntime: startOnnxRuntime,
  tensorflow: startTensorFlow,
  wasm: () => startTfjsBackend('wasm'),
  webgpu: () => startTfjsBackend('webgpu'),
  cpu: () => startTfjsBackend('cpu'),
};

/**
 * Makes an engine the current tfjs backend. `auto` takes the first that starts: TensorFlow if asked for, ONNX Runtime,
 * wasm, cpu.
 *
 * @throws EngineUnavailableError if the named engine does not start
 */
export async function selectEngine(
  name: EngineName | 'auto' = 'auto',
  { preferTensorFlow = false, ...options }: SelectEngineOptions = {},
): Promise<SelectedEngine> {
  if (name !== 'auto' && !engineNames.includes(name)) {
    throw new EngineUnavailableError(`expected an engine of auto, ${engineNames.join(', ')}, got '${name}'`);
  }
  if (name !== 'auto') {
    try {
      return { name, description: `engine ${name}: ${await start[name](options)}` };
    } catch (error) {
      throw new EngineUnavailableError(`the engine '${name}' does not start here: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  const skipped: string[] = [];
  for (const candidate of [
    ...(preferTensorFlow ? (['tensorflow'] as const) : []),
    'onnxruntime',
    'wasm',
    'cpu',
  ] as const) {
    try {
      const how = await start[candidate](options);
      const why = skipped.length === 0 ? '' : ` (not ${skipped.join('; not ')})`;
      return { name: candidate, description: `engine ${candidate}: ${how}${why}` };
    } catch (error) {
      skipped.push(`${candidate}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new EngineUnavailableError(`no engine starts here: ${skipped.join('; ')}`);
}

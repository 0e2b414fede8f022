import * as tf from '@tensorflow/tfjs';
import { currentBackend, type OnnxRuntimeBackend } from './backend.js';
import { compileTrace, type Executable } from './executable.js';
import { type Flattened, flatten, unflatten } from './nested.js';
import { trace } from './trace.js';

export interface JitOptions {
  /** Shown in errors and profiles; the function's own name by default. */
  readonly name?: string;
  /**
   * Arguments (by index) whose tensors are used up: their buffers are reused for outputs of the same shape and type, first
   * come first served, and the tensors are disposed. An argument that is only a destination may be donated too.
   */
  readonly donate?: readonly number[];
  /** Arguments (by index) whose tensors are baked into the compiled graph as constants, so that ONNX Runtime can prepack them. */
  readonly constants?: readonly number[];
  /**
   * Whether ONNX Runtime plans the memory of the runs that follow the first and keeps one block for all of it, beside what the first took; true
   * by default, but for graphs with large results. False saves that block for graphs that live beside others and are large inside.
   */
  readonly planMemory?: boolean;
}

/** A compiled function: same arguments, results of the same structure, in a promise. */
export interface Jitted<A extends unknown[], R> {
  (...args: A): Promise<R>;
  /** Releases compiled graphs. */
  dispose(): Promise<void>;
}

/** More graphs than this for one function are taken for a mistake, such as a step counter passed as a plain number. */
const MANY_SIGNATURES = 32;

/** On an engine that computes at once, the function simply runs; donated tensors are disposed as on the compiling engine. */
function runEagerly<A extends unknown[], R>(fn: (...args: A) => R, args: A, donate: readonly number[]): R {
  const result = tf.tidy(() => fn(...args) as tf.TensorContainer) as R;
  const kept = new Set(flatten(result).tensors);
  for (const index of donate)
    for (const tensor of flatten(args[index]).tensors) if (!kept.has(tensor)) tensor.dispose();
  return result;
}

function signatureOf({ tensors, structure }: Flattened, constants: ReadonlySet<number>): string {
  const parts = [structure];
  for (let i = 0; i < tensors.length; i++) {
    const tensor = tensors[i]!;
    parts.push(constants.has(i) ? `#${identityOf(tensor.dataId)}` : `${tensor.dtype}${tensor.shape}`);
  }
  return parts.join('|');
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;
function identityOf(dataId: object): number {
  if (!identities.has(dataId)) identities.set(dataId, nextIdentity++);
  return identities.get(dataId)!;
}

/** Positions, among all tensors of `args`, of those inside the arguments numbered `indices`. */
function positionsOf(args: readonly unknown[], indices: readonly number[]): Set<number> {
  const positions = new Set<number>();
  if (indices.length === 0) return positions;
  let at = 0;
  args.forEach((arg, index) => {
    const count = flatten(arg).tensors.length;
    if (indices.includes(index)) for (let i = 0; i < count; i++) positions.add(at + i);
    at += count;
  });
  return positions;
}

/**
 * Compiles `fn`, a function of tensors, once per signature: structure, shapes, types and static values of its arguments.
 * Inside, tensors are symbolic; `tf.valueAndGrads` works. The caller disposes the results. On engines that compute at
 * once (`cpu`, `wasm`, `tensorflow`) the function just runs.
 *
 * @throws UnsupportedError where `fn` reads data, KernelMissingError where it uses an operation that has no ONNX form here
 */
export function jit<A extends unknown[], R>(fn: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  const { donate = [], constants = [], planMemory = true, name = fn.name || 'anonymous' } = options;
  const executables = new Map<string, Promise<Executable>>();
  let compiledFor: OnnxRuntimeBackend | undefined;

  const jitted = async (...args: A): Promise<R> => {
    const backend = currentBackend();
    if (backend === undefined) return runEagerly(fn, args, donate);
    if (backend !== compiledFor) executables.clear();
    compiledFor = backend;
    const flat = flatten(args);
    const constantPositions = positionsOf(args, constants);
    const signature = signatureOf(flat, constantPositions);
    let executable = executables.get(signature);
    if (executable === undefined) {
      executable = (async () => {
        const baked = [...constantPositions].map((i) => backend.graphValue(flat.tensors[i]!));
        await backend.materialize(baked.filter((value) => value.file === undefined));
        const traced = trace(backend, fn as never, args, { name, portable: false }, constantPositions);
        return compileTrace(backend, traced, name, positionsOf(args, donate), constantPositions, planMemory);
      })();
      executables.set(signature, executable);
      executable.catch(() => executables.delete(signature));
      if (executables.size === MANY_SIGNATURES) {
        console.warn(
          `jit: '${name}' has been compiled for ${MANY_SIGNATURES} signatures; pass what changes from call to call as a tensor`,
        );
      }
    }
    const ready = await executable;
    return unflatten(ready.result, await ready.run(flat.tensors)) as R;
  };
  return Object.assign(jitted, {
    dispose: async () => {
      const ready = await Promise.allSettled(executables.values());
      executables.clear();
      for (const each of ready) if (each.status === 'fulfilled') await each.value.release();
    },
  });
}

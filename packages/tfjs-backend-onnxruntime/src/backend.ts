import * as tf from '@tensorflow/tfjs';
import { UnsupportedError } from './errors.js';
import { collectGraph } from './graph/collect.js';
import { reshape } from './graph/emit.js';
import { serializeModel } from './graph/serialize.js';
import { allocate, dataValue, type ElementType, fromBytes, type HostArray, sizeOf, type Value } from './graph/value.js';
import { readRegion } from './runtime/file-region.js';
import { type CompiledGraph, compileModel, type OnnxRuntime, type SessionOptions } from './runtime/runtime.js';

export type DataId = tf.DataId;
type Strings = (string | Uint8Array)[];

interface Entry {
  readonly value: Value | undefined;
  /** Strings never enter a graph; they are only kept. */
  readonly strings: Strings | undefined;
  references: number;
}

/** Compiled graphs of operations outside `jit` that are kept for the next time. */
const CACHED_GRAPHS = 256;

const elementTypes: Partial<Record<tf.DataType, ElementType>> = { float32: 'float32', int32: 'int32', bool: 'bool' };

/**
 * A TensorFlow.js backend on ONNX Runtime. Kernels append nodes to a graph; the graph runs when data is read
 * (`await tensor.data()`), or is compiled once by `jit`.
 */
export class OnnxRuntimeBackend extends tf.KernelBackend {
  readonly #entries = new tf.DataStorage<Entry>(this, tf.engine());
  readonly #graphs = new Map<string, CompiledGraph>();
  /** Values that wait to be computed and that live tensors stand for. */
  readonly #pending = new Set<Value>();
  /** Reads are served one after another, so that none computes what another is computing. */
  #queue: Promise<unknown> = Promise.resolve();
  /** The trace in progress, if any: kernels ask it which operators they may use. */
  portable = false;
  /** Whether graphs run on the CPU alone. */
  readonly onCpu: boolean;
  /** See `SessionOptions`; only where products run on the CPU. */
  readonly strassenBytes: number;

  constructor(
    readonly runtime: OnnxRuntime,
    readonly options: SessionOptions,
  ) {
    super();
    const { strassenBytes = 0, executionProviders = ['cpu'] } = options;
    this.onCpu = executionProviders.every((provider) => provider === 'cpu');
    this.strassenBytes = this.onCpu ? strassenBytes : 0;
  }

  override numDataIds(): number {
    return this.#entries.numDataIds();
  }

  override write(values: tf.BackendValues | Strings, shape: number[], dtype: tf.DataType): DataId {
    const dataId = {};
    this.move(dataId, values as tf.BackendValues, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: DataId, values: tf.BackendValues, shape: number[], dtype: tf.DataType, refCount: number): void {
    if (dtype === 'string') {
      this.#entries.set(dataId, { value: undefined, strings: values as Strings, references: refCount });
      return;
    }
    const type = elementType(dtype);
    const data = toHostArray(type, values ?? allocate(type, sizeOf(shape)));
    this.#enter(dataId, dataValue(type, shape, data), refCount);
  }

  #enter(dataId: DataId, value: Value, references: number): void {
    this.#entries.set(dataId, { value, strings: undefined, references });
    value.references++;
    value.owners.count += references;
    if (value.node !== undefined && value.traced === undefined) this.#pending.add(value);
  }

  /** A tensor description for kernels to return. */
  output(value: Value): tf.TensorInfo {
    const dataId = {};
    this.#enter(dataId, value, 1);
    return { dataId, shape: [...value.shape], dtype: value.type as tf.DataType };
  }

  /** A tensor that the caller disposes. */
  makeTensor(value: Value): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.output(value));
  }

  /** The graph value behind a kernel's input. */
  graphValue({ dataId, dtype, shape }: tf.TensorInfo): Value {
    const value = this.#entries.get(dataId).value;
    if (value === undefined) throw new UnsupportedError(`a tensor of type ${dtype} cannot be used in a graph`);
    return reshape(value, shape);
  }

  override refCount(dataId: DataId): number {
    return this.#entries.has(dataId) ? this.#entries.get(dataId).references : 0;
  }

  override incRef(dataId: DataId): void {
    const entry = this.#entries.get(dataId);
    entry.references++;
    if (entry.value !== undefined) entry.value.owners.count++;
  }

  decRef(dataId: DataId): void {
    const entry = this.#entries.get(dataId);
    entry.references--;
    if (entry.value !== undefined) entry.value.owners.count--;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.#entries.has(dataId)) return true;
    const entry = this.#entries.get(dataId);
    this.decRef(dataId);
    if (!force && entry.references > 0) return false;
    this.#entries.delete(dataId);
    if (entry.value !== undefined) {
      entry.value.owners.count -= Math.max(entry.references, 0);
      if (--entry.value.references === 0) this.#pending.delete(entry.value);
    }
    return true;
  }

  override async read(dataId: DataId): Promise<tf.BackendValues> {
    const entry = this.#entries.get(dataId);
    if (entry.strings !== undefined) return entry.strings as unknown as tf.BackendValues;
    await this.materialize([entry.value!]);
    return entry.value!.data!.slice() as tf.BackendValues;
  }

  override readSync(dataId: DataId): tf.BackendValues {
    const entry = this.#entries.get(dataId);
    if (entry.strings !== undefined) return entry.strings as unknown as tf.BackendValues;
    const value = entry.value!;
    refuseTraced(value);
    if (value.data === undefined) {
      throw new UnsupportedError(
        'this tensor has not been computed yet, and ONNX Runtime computes asynchronously: ' +
          'use `await tensor.data()` or `await tensor.array()` instead of dataSync() or arraySync()',
      );
    }
    return value.data.slice() as tf.BackendValues;
  }

  /** Computes what is still pending of `values`, together with everything on the way that live tensors stand for. */
  materialize(values: readonly Value[]): Promise<void> {
    for (const value of values) refuseTraced(value);
    if (values.every((value) => value.data !== undefined)) return Promise.resolve();
    const run = this.#queue.then(() => this.#compute(values));
    this.#queue = run.catch(() => {});
    return run;
  }

  /** Computes all pending values that live tensors stand for, such as before their inputs are overwritten. */
  materializeAll(): Promise<void> {
    return this.materialize([...this.#pending]);
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  async #compute(requested: readonly Value[]): Promise<void> {
    await loadFiles(requested);
    const outputs = pendingBelow(requested, this.#pending);
    if (outputs.length === 0) return;
    const { record, captured } = collectGraph({
      name: 'eager',
      inputs: [],
      outputs,
      // Shapes and axes are part of a graph; numbers are fed, so that a graph serves again with other numbers.
      embed: (value) => value.type === 'int64' || value.type === 'uint32' || sizeOf(value.shape) === 0,
    });
    const model = serializeModel(record);
    const key = new TextDecoder('latin1').decode(model);
    let graph = this.#graphs.get(key);
    if (graph === undefined) graph = await compileModel(this.runtime, model, record, this.options);
    else this.#graphs.delete(key);
    this.#graphs.set(key, graph);
    if (this.#graphs.size > CACHED_GRAPHS) {
      const [oldest, stale] = this.#graphs.entries().next().value!;
      this.#graphs.delete(oldest);
      await stale.release();
    }
    const results = outputs.map((value) =>
      dataValue(value.type, value.shape, allocate(value.type, sizeOf(value.shape))),
    );
    await loadFiles(captured);
    await graph.run(captured, results);
    outputs.forEach((value, i) => {
      value.data = results[i]!.data;
      value.node = undefined;
      this.#pending.delete(value);
    });
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override async time(f: () => void): Promise<tf.BackendTimingInfo> {
    await this.materializeAll();
    const start = performance.now();
    f();
    await this.materializeAll();
    return { kernelMs: performance.now() - start };
  }

  override timerAvailable(): boolean {
    return true;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    for (const graph of this.#graphs.values()) void graph.release();
    this.#graphs.clear();
    this.#pending.clear();
  }
}

/** The current tfjs backend, if it is this one. */
export function currentBackend(): OnnxRuntimeBackend | undefined {
  const backend = tf.engine().backend;
  return backend instanceof OnnxRuntimeBackend ? backend : undefined;
}

async function loadFiles(values: readonly Value[]): Promise<void> {
  for (const value of values) {
    if (value.data !== undefined || value.file === undefined) continue;
    value.data = fromBytes(value.type, await readRegion(value.file));
  }
}

function refuseTraced(value: Value): void {
  if (value.traced === undefined) return;
  throw new UnsupportedError(
    `the data of a tensor was read while '${value.traced.name}' was being compiled: inside jit there are only shapes. ` +
      'Return the tensor and read it outside, or make the decision with tf.where.',
  );
}

function elementType(dtype: tf.DataType): ElementType {
  const type = elementTypes[dtype];
  if (type === undefined) throw new UnsupportedError(`expected a tensor of type float32, int32 or bool, got ${dtype}`);
  return type;
}

function toHostArray(type: ElementType, values: tf.BackendValues): HostArray {
  if (type === 'float32' && values instanceof Float32Array) return values;
  if (type === 'int32' && values instanceof Int32Array) return values;
  if (type === 'bool' && values instanceof Uint8Array) return values;
  const numbers = values as ArrayLike<number>;
  const data = allocate(type, numbers.length) as Float32Array;
  for (let i = 0; i < numbers.length; i++) data[i] = Number(numbers[i]);
  return data;
}

/** `requested`, and the members of `live` that computing them passes through. */
function pendingBelow(requested: readonly Value[], live: ReadonlySet<Value>): Value[] {
  const outputs = new Set<Value>();
  const seen = new Set<Value>();
  const stack = [...requested];
  for (const value of requested) if (value.node !== undefined) outputs.add(value);
  while (stack.length > 0) {
    const value = stack.pop()!;
    if (seen.has(value) || value.node === undefined) continue;
    seen.add(value);
    for (const sibling of value.node.outputs) if (live.has(sibling)) outputs.add(sibling);
    for (const input of value.node.inputs) if (input !== undefined) stack.push(input);
  }
  return [...outputs];
}

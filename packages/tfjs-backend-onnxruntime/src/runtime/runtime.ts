import type { Env, InferenceSession, Tensor } from 'onnxruntime-common';
import { type GraphRecord, onnxTypes, serializeModel } from '../graph/serialize.js';
import { type HostArray, sizeOf, type Value } from '../graph/value.js';

/** What is used of onnxruntime-node or onnxruntime-web: both export it from onnxruntime-common. */
export interface OnnxRuntime {
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
  readonly env: Env;
}

export interface SessionOptions {
  /** Threads inside one operation; ONNX Runtime's choice (physical cores) by default. */
  readonly threads?: number;
  /** In order of preference, such as `['cuda', 'cpu']`; `['cpu']` by default. */
  readonly executionProviders?: InferenceSession.SessionOptions['executionProviders'];
  /**
   * How many bytes of halves of weights, and of sums of them, one compiled function may hold to make large products with constant weights of seven
   * products of halves instead of eight: an eighth fewer multiplications, rounding errors a few times larger. On the CPU only; 0 for none, the
   * default but in `selectEngine`, which takes 160 MiB where the processor has AVX-512: without it the additions cost what is saved.
   */
  readonly strassenBytes?: number;
  /** `all` by default. */
  readonly graphOptimization?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  /** Plans the memory of runs after the first one where results are small; true by default. */
  readonly planMemory?: boolean;
  /** Writes a Chrome trace (chrome://tracing, Perfetto) per compiled function: files begin with this path. Node only. */
  readonly profile?: string;
  /** Further `sessionOptions.extra` of onnxruntime-common, by section. */
  readonly extra?: Record<string, Record<string, string>>;
}

/** Arrays given beside the model, by the `location` that its initializers name. */
export type ExternalArrays = readonly { readonly path: string; readonly data: HostArray }[];

export interface SessionSource {
  readonly externalArrays?: ExternalArrays;
  /** Directory of the files that external initializers name. */
  readonly externalDirectory?: string;
}

/** A compiled graph: feeds and preallocated results are paired with its ports by position. */
export interface CompiledGraph {
  run(feeds: readonly Value[], results: readonly Value[]): Promise<void>;
  release(): Promise<void>;
}

export async function compileGraph(
  runtime: OnnxRuntime,
  graph: GraphRecord,
  options: SessionOptions,
  source: SessionSource = {},
): Promise<CompiledGraph> {
  const closed = closesResults(runtime, graph) ? withResultsClosed(graph) : graph;
  return compileModel(runtime, serializeModel(closed), closed, options, source);
}

/**
 * onnxruntime-node 1.30 writes results into the tensors that it is given, and then copies every one of them once more into new
 * memory for its return value: for large results that takes several times as long as computing them. It hands over results in
 * the order of the graph's outputs and stops, with this message, at one that is not a tensor. So graphs with large
 * results get an empty sequence as their first output, and the message means that all is done.
 * See docs/decisions/2026-11-22-results-without-copies.md.
 */
const RESULTS_CLOSED = 'Non tensor type is temporarily not supported.';
const CLOSING_OUTPUT = 'closed';
const LARGE_RESULTS_BYTES = 1 << 14;

/**
 * ONNX Runtime plans memory after the first run and then takes one block for all of it, beside what the first run took. For the
 * gradients of a large model that is a tenth more memory and a second slow step, for no gain afterwards.
 */
const PATTERN_RESULTS_BYTES = 1 << 26;

const resultElements = ({ outputs }: Pick<GraphRecord, 'outputs'>): number =>
  outputs.reduce((sum, { shape }) => sum + sizeOf(shape as number[]), 0);

const closesResults = (runtime: OnnxRuntime, graph: GraphRecord): boolean =>
  runtime.env.versions.node !== undefined && resultElements(graph) * 4 > LARGE_RESULTS_BYTES;

function withResultsClosed(graph: GraphRecord): GraphRecord {
  const type = { kind: 'int', value: onnxTypes.float32 } as const;
  const sequence = {
    op: 'SequenceEmpty',
    domain: '',
    inputs: [],
    outputs: [CLOSING_OUTPUT],
    attributes: { dtype: type },
  };
  return {
    ...graph,
    nodes: [sequence, ...graph.nodes],
    outputs: [{ name: CLOSING_OUTPUT, type: 'float32', shape: [], sequence: true }, ...graph.outputs],
  };
}

async function ignoringClosedResults(run: Promise<unknown>): Promise<void> {
  try {
    await run;
  } catch (error) {
    if ((error as Error).message !== RESULTS_CLOSED) throw error;
  }
}

export async function compileModel(
  runtime: OnnxRuntime,
  model: Uint8Array<ArrayBuffer>,
  graph: Pick<GraphRecord, 'name' | 'inputs' | 'outputs'>,
  options: SessionOptions,
  source: SessionSource = {},
): Promise<CompiledGraph> {
  const { externalArrays, externalDirectory } = source;
  const session = await runtime.InferenceSession.create(model, {
    executionProviders: options.executionProviders ?? ['cpu'],
    graphOptimizationLevel: options.graphOptimization ?? 'all',
    executionMode: 'sequential',
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    interOpNumThreads: 1,
    enableMemPattern: (options.planMemory ?? true) && resultElements(graph) * 4 <= PATTERN_RESULTS_BYTES,
    logSeverityLevel: 3,
    ...(options.profile === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: `${options.profile}-${graph.name}` }),
    ...(externalArrays === undefined ? {} : { externalData: externalArrays.map(asBytes) }),
    extra: {
      ...options.extra,
      // Its kernel for a sum and a norm takes several times as long as the two on their own.
      optimization: { disable_specified_optimizers: 'SkipLayerNormFusion', ...options.extra?.optimization },
      session: {
        // Two compiled graphs take turns in a training step: idle threads of one must not take the other's cores.
        force_spinning_stop: '1',
        ...(externalDirectory === undefined ? {} : { model_external_initializers_file_folder_path: externalDirectory }),
        ...options.extra?.session,
      },
    },
  });
  const inputNames = graph.inputs.map((port) => port.name);
  const outputNames = graph.outputs.filter((port) => !port.sequence).map((port) => port.name);
  const closed = outputNames.length < graph.outputs.length;
  // onnxruntime-node writes into the tensors that it is given; onnxruntime-web hands them back as they are.
  const fillsResults = runtime.env.versions.node !== undefined;
  // ONNX Runtime's tensor objects are kept with the buffers they wrap; making them anew costs microseconds a piece.
  const wrapped = new WeakMap<HostArray, { tensor: Tensor; shape: string }>();
  const wrap = (value: Value): Tensor => {
    const data = value.data!;
    const shape = value.shape.join();
    const known = wrapped.get(data);
    if (known !== undefined && known.shape === shape && known.tensor.type === value.type) return known.tensor;
    const tensor = new runtime.Tensor(value.type as 'float32', data as Float32Array, value.shape);
    wrapped.set(data, { tensor, shape });
    return tensor;
  };
  return {
    async run(feeds, results) {
      const feedTensors: Record<string, Tensor> = {};
      for (let i = 0; i < inputNames.length; i++) feedTensors[inputNames[i]!] = wrap(feeds[i]!);
      if (fillsResults) {
        const fetchTensors: Record<string, Tensor | null> = {};
        for (let i = 0; i < outputNames.length; i++) fetchTensors[outputNames[i]!] = wrap(results[i]!);
        if (closed) fetchTensors[CLOSING_OUTPUT] = null;
        await (closed
          ? ignoringClosedResults(session.run(feedTensors, fetchTensors))
          : session.run(feedTensors, fetchTensors));
        return;
      }
      const outputs = await session.run(feedTensors);
      for (let i = 0; i < outputNames.length; i++) {
        results[i]!.data!.set(outputs[outputNames[i]!]!.data as never);
      }
    },
    async release() {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

const asBytes = ({ path, data }: ExternalArrays[number]) => ({
  path,
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

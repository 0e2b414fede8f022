import * as tf from '@tensorflow/tfjs';
import { currentBackend } from '../backend.js';
import { UnsupportedError } from '../errors.js';
import { collectGraph } from '../graph/collect.js';
import { type ExternalData, type GraphRecord, type Initializer, serializeModel } from '../graph/serialize.js';
import type { HostArray, Value } from '../graph/value.js';
import { flatten } from '../nested.js';
import { readRegion } from '../runtime/file-region.js';
import { trace } from '../trace.js';
import { type TracedAtSize, unifyBatchSizes } from './dynamic-batch.js';

export interface ExportOptions {
  /** Name of the graph; the function's own name by default. */
  readonly name?: string;
  /** Arguments (by index) that are weights: written into the file instead of becoming inputs. */
  readonly constants?: readonly number[];
  /** Names of the arguments, from which inputs are named (`image`, `batch.mask`); `argument0`, … by default. */
  readonly argumentNames?: readonly string[];
  /** Leaves the first dimension of every input open. The example arguments' own batch size does not matter. */
  readonly dynamicBatch?: boolean;
  /** File name of the weights, beside the model, for weights of more than `externalAbove` bytes. */
  readonly externalName?: string;
  /** 2^30 by default: an ONNX file cannot exceed 2 GB. */
  readonly externalAbove?: number;
}

/** An ONNX model, and its weights where they are kept in a file of their own. */
export interface ExportedModel {
  readonly model: Uint8Array;
  /** To be written one after another as `externalName`, in the model's directory. */
  readonly external: { readonly name: string; readonly parts: readonly Uint8Array[] } | undefined;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** Unequal and larger than one, so that no size is taken for a broadcast or for another dimension by chance. */
const TRIAL_BATCHES = [11, 13, 17] as const;
const EXTERNAL_ALIGNMENT = 4096;

const bytesOf = (data: HostArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * Writes a function of tensors as an ONNX model of standard operators only, for any ONNX runtime.
 *
 * @param args example arguments; only their structure, shapes and types matter, except for constants
 * @throws DynamicBatchError if the batch size decides more than shapes
 */
export async function exportOnnx<A extends unknown[]>(
  fn: (...args: A) => unknown,
  args: A,
  options: ExportOptions = {},
): Promise<ExportedModel> {
  const backend = currentBackend();
  if (backend === undefined)
    throw new UnsupportedError("exportOnnx: expected the engine 'onnxruntime'; call selectEngine('onnxruntime') first");
  const { name = fn.name || 'model', constants = [], argumentNames, externalAbove = 2 ** 30 } = options;
  const paths: string[] = [];
  const constantPositions = new Set<number>();
  args.forEach((arg, index) => {
    for (const path of flatten(arg, argumentNames?.[index] ?? `argument${index}`).paths) {
      if (constants.includes(index)) constantPositions.add(paths.length);
      paths.push(path);
    }
  });
  const inputNames = paths.filter((_, position) => !constantPositions.has(position));
  let outputNames: string[] = [];
  let captured: readonly Value[] = [];

  const record = (batch?: number): GraphRecord => {
    const shapeOf = (tensor: tf.Tensor) =>
      batch === undefined || tensor.rank === 0 ? tensor.shape : [batch, ...tensor.shape.slice(1)];
    const traced = trace(backend, fn as never, args, { name, portable: true }, constantPositions, shapeOf);
    outputNames = flatten(traced.result, traced.result instanceof tf.Tensor ? 'output' : '').paths;
    const collected = collectGraph({
      name,
      inputs: traced.inputs,
      outputs: traced.outputs,
      embed: (value) => value.references === 0 || value.type === 'int64',
    });
    captured = collected.captured;
    return collected.record;
  };
  const graph = options.dynamicBatch
    ? unifyBatchSizes(TRIAL_BATCHES.map((batch): TracedAtSize => ({ batch, record: record(batch) })) as never)
    : record();

  await backend.materialize(captured.filter((value) => value.file === undefined));
  const weights: Uint8Array[] = [];
  for (const value of captured)
    weights.push(value.data === undefined ? await readRegion(value.file!) : bytesOf(value.data));
  const total = weights.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  const externalName = options.externalName ?? `${name}.onnx.data`;
  const external = total > externalAbove;
  const parts: Uint8Array[] = [];
  let offset = 0;
  const fixed = graph.inputs.length - captured.length;
  const initializers = captured.map((value, i): Initializer => {
    const bytes = weights[i]!;
    const port = graph.inputs[fixed + i]!;
    let data: HostArray | ExternalData = bytes as unknown as HostArray;
    if (external) {
      data = { location: externalName, offset, length: bytes.byteLength };
      const padding = (EXTERNAL_ALIGNMENT - (bytes.byteLength % EXTERNAL_ALIGNMENT)) % EXTERNAL_ALIGNMENT;
      parts.push(bytes, new Uint8Array(padding));
      offset += bytes.byteLength + padding;
    }
    return { name: port.name, type: value.type, shape: value.shape, data };
  });
  const renamed = renamePorts(
    { ...graph, inputs: graph.inputs.slice(0, fixed), initializers: [...graph.initializers, ...initializers] },
    inputNames,
    outputNames,
  );
  return {
    model: serializeModel(renamed),
    external: external ? { name: externalName, parts } : undefined,
    inputNames,
    outputNames,
  };
}

/** Gives the graph's ports names that people read. */
function renamePorts(graph: GraphRecord, inputNames: readonly string[], outputNames: readonly string[]): GraphRecord {
  const names = new Map<string, string>();
  for (const [i, port] of graph.inputs.entries()) names.set(port.name, inputNames[i]!);
  for (const [i, port] of graph.outputs.entries()) names.set(port.name, outputNames[i]!);
  const rename = (name: string) => names.get(name) ?? name;
  return {
    ...graph,
    inputs: graph.inputs.map((port) => ({ ...port, name: rename(port.name) })),
    outputs: graph.outputs.map((port) => ({ ...port, name: rename(port.name) })),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
  };
}

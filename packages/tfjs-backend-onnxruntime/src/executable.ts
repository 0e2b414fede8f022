import type * as tf from '@tensorflow/tfjs';
import type { OnnxRuntimeBackend } from './backend.js';
import { collectGraph, isSmall } from './graph/collect.js';
import { inPlaceSafe } from './graph/in-place.js';
import { allocate, dataValue, type HostArray, sizeOf, type Value } from './graph/value.js';
import type { Nested } from './nested.js';
import { placeConstants } from './runtime/constants.js';
import { compileGraph } from './runtime/runtime.js';
import type { Trace } from './trace.js';

/** A traced function, ready to run on tensors. */
export interface Executable {
  readonly result: Nested;
  /** @param tensors all tensors of the arguments, constants and donated ones included */
  run(tensors: readonly tf.Tensor[]): Promise<tf.Tensor[]>;
  release(): Promise<void>;
}

/** An output that takes over the buffer of a donated argument. */
interface Donation {
  readonly output: number;
  readonly input: number;
  /** Whether the graph may write the output while the argument is still being read. */
  readonly inPlace: boolean;
}

/** Pairs outputs with donated arguments of the same shape and type, first come first served. */
function pairDonations({ inputs, outputs }: Trace, donated: readonly number[]): Donation[] {
  const free = [...donated];
  const pairs: Donation[] = [];
  outputs.forEach((value, output) => {
    const at = free.findIndex((i) => inputs[i]!.type === value.type && inputs[i]!.shape.join() === value.shape.join());
    if (at < 0) return;
    const [input] = free.splice(at, 1) as [number];
    pairs.push({ output, input, inPlace: inPlaceSafe(inputs[input]!, value, outputs) });
  });
  return pairs;
}

/**
 * What the graph gives for an output: a reshape at the end would copy into the caller's buffer, while the shape of a tensor costs
 * nothing on the host.
 */
function withoutReshape(output: Value): Value {
  const source = output.node?.op === 'Reshape' ? output.node.inputs[0]! : undefined;
  return source?.node === undefined ? output : source;
}

export async function compileTrace(
  backend: OnnxRuntimeBackend,
  trace: Trace,
  name: string,
  donatedPositions: ReadonlySet<number>,
  constantPositions: ReadonlySet<number>,
  planMemory: boolean,
): Promise<Executable> {
  // Positions among all tensors -> positions among the graph's inputs.
  const fed: number[] = [];
  const total = trace.inputs.length + constantPositions.size;
  for (let i = 0; i < total; i++) if (!constantPositions.has(i)) fed.push(i);
  const donated = fed.flatMap((position, i) => (donatedPositions.has(position) ? [i] : []));
  const donations = pairDonations(trace, donated);

  const computed = trace.outputs.map(withoutReshape);
  const { record, captured } = collectGraph({ name, inputs: trace.inputs, outputs: computed, embed: isSmall });
  const placed = placeConstants(record, captured, constantPositions.size > 0);
  await backend.materialize(placed.fed);
  const graph = await compileGraph(
    backend.runtime,
    placed.record,
    { ...backend.options, planMemory: planMemory && (backend.options.planMemory ?? true) },
    placed.source,
  );
  const feedsAfterInputs = placed.fed;
  // Where writing in place is not safe, two buffers take turns.
  const spare: (HostArray | undefined)[] = donations.map(() => undefined);
  let busy: Promise<unknown> = Promise.resolve();

  const execute = async (tensors: readonly tf.Tensor[]): Promise<tf.Tensor[]> => {
    const inputs = fed.map((position) => backend.graphValue(tensors[position]!));
    if (donations.length > 0 && backend.hasPending) await backend.materializeAll();
    await backend.materialize(inputs);
    const results: Value[] = computed.map((value) => dataValue(value.type, value.shape, undefined as never));
    donations.forEach(({ output, input, inPlace }, i) => {
      // Memory that another tensor shows too, such as a clone, stays as it is.
      if (inputs[input]!.owners.count > 1) return;
      const own = inputs[input]!.data!;
      results[output]!.data = inPlace ? own : (spare[i] ?? allocate(results[output]!.type, own.length));
      if (!inPlace) spare[i] = own;
    });
    for (const result of results) result.data ??= allocate(result.type, sizeOf(result.shape));
    await graph.run([...inputs, ...feedsAfterInputs], results);
    for (const position of donatedPositions) tensors[position]!.dispose();
    return trace.outputs.map(({ type, shape }, i) => backend.makeTensor(dataValue(type, shape, results[i]!.data!)));
  };
  return {
    result: trace.result,
    run: (tensors) => {
      const run = busy.then(() => execute(tensors));
      busy = run.catch(() => {});
      return run;
    },
    release: () => graph.release(),
  };
}

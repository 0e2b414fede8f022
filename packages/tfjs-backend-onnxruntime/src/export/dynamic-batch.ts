import type { GraphPort, GraphRecord, Initializer, NodeRecord } from '../graph/serialize.js';
import { int } from '../graph/value.js';

/** A graph that cannot be written for every batch size. */
export class DynamicBatchError extends Error {
  override readonly name = 'DynamicBatchError';
}

/** One function traced at one batch size. */
export interface TracedAtSize {
  readonly batch: number;
  readonly record: GraphRecord;
}

/** Name of the symbolic first dimension in the written file. */
export const BATCH_DIMENSION = 'batch';

const numbersOf = (initializer: Initializer): number[] => {
  if ('location' in initializer.data) throw new DynamicBatchError('expected constants in memory');
  return Array.from(initializer.data as unknown as ArrayLike<number | bigint>, Number);
};

/** A number that depends on the batch size as `slope * batch + offset`. */
interface Affine {
  readonly slope: number;
  readonly offset: number;
}

function affineThrough(values: readonly number[], batches: readonly number[], what: string): Affine {
  const slope = (values[1]! - values[0]!) / (batches[1]! - batches[0]!);
  const offset = values[0]! - slope * batches[0]!;
  const fits = values.every((value, i) => value === slope * batches[i]! + offset);
  if (!Number.isInteger(slope) || !fits) {
    throw new DynamicBatchError(
      `${what}: expected a size that grows evenly with the batch, got ${values} at batches ${batches}`,
    );
  }
  return { slope, offset };
}

/** The one number that fills all variants of a constant, such as zeros of the batch's size. */
function uniformValue(variants: readonly (readonly number[])[]): number | undefined {
  const value = variants[0]![0];
  return variants.every((variant) => variant.every((other) => other === value)) ? value : undefined;
}

const sameNode = (a: NodeRecord, b: NodeRecord): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * One graph for every batch size, from traces of the same function at three sizes: the graphs must be equal but for whole
 * numbers that give shapes, and those must grow evenly with the batch; they are computed from the first input's shape.
 */
export function unifyBatchSizes(traces: readonly [TracedAtSize, TracedAtSize, TracedAtSize]): GraphRecord {
  const batches = traces.map(({ batch }) => batch);
  const records = traces.map(({ record }) => record);
  const [first] = records as [GraphRecord];
  first.nodes.forEach((node, i) => {
    for (const record of records) {
      const other = record.nodes[i];
      if (other === undefined || record.nodes.length !== first.nodes.length || !sameNode(node, other)) {
        throw new DynamicBatchError(
          `node ${i} (${node.op}) depends on the batch size; use operations that do not, or export without dynamicBatch`,
        );
      }
    }
  });
  const batchInput = first.inputs.find((_, i) =>
    records.every((record, k) => record.inputs[i]!.shape[0] === batches[k]),
  );
  if (batchInput === undefined)
    throw new DynamicBatchError('expected an input whose first dimension is the batch, got none');

  const nodes: NodeRecord[] = [
    {
      op: 'Shape',
      domain: '',
      inputs: [batchInput.name],
      outputs: ['batch_size'],
      attributes: { start: int(0), end: int(1) },
    },
  ];
  const initializers: Initializer[] = [];
  /** Nodes that compute a list of sizes from the batch. */
  const grow = (name: string, sizes: readonly Affine[]): NodeRecord[] => {
    const list = (suffix: string, numbers: number[]): string => {
      const data = BigInt64Array.from(numbers, BigInt);
      initializers.push({ name: `${name}_${suffix}`, type: 'int64', shape: [numbers.length], data });
      return `${name}_${suffix}`;
    };
    const slopes = list(
      'slope',
      sizes.map(({ slope }) => slope),
    );
    const offsets = list(
      'offset',
      sizes.map(({ offset }) => offset),
    );
    return [
      { op: 'Mul', domain: '', inputs: ['batch_size', slopes], outputs: [`${name}_grown`], attributes: {} },
      { op: 'Add', domain: '', inputs: [`${name}_grown`, offsets], outputs: [name], attributes: {} },
    ];
  };
  first.initializers.forEach((initializer, i) => {
    const variants = records.map((record) => numbersOf(record.initializers[i]!));
    const [values] = variants as [number[]];
    const filled = uniformValue(variants);
    if (
      filled !== undefined &&
      records.some((record) => record.initializers[i]!.shape.join() !== initializer.shape.join())
    ) {
      const shape = initializer.shape.map((_, axis) =>
        affineThrough(
          records.map((record) => record.initializers[i]!.shape[axis]!),
          batches,
          'a shape',
        ),
      );
      initializers.push({
        name: `${initializer.name}_value`,
        type: initializer.type,
        shape: [],
        data: (initializer.data as Float32Array).slice(0, 1),
      });
      nodes.push(...grow(`${initializer.name}_shape`, shape), {
        op: 'Expand',
        domain: '',
        inputs: [`${initializer.name}_value`, `${initializer.name}_shape`],
        outputs: [initializer.name],
        attributes: {},
      });
      return;
    }
    const changes = variants.some(
      (other) => other.length !== values.length || other.some((value, k) => value !== values[k]),
    );
    if (!changes) {
      initializers.push(initializer);
      return;
    }
    if (initializer.type !== 'int64' || variants.some((other) => other.length !== values.length)) {
      throw new DynamicBatchError(
        `a constant [${initializer.shape}] of type ${initializer.type} depends on the batch size`,
      );
    }
    const affine = values.map((_, k) =>
      affineThrough(
        variants.map((variant) => variant[k]!),
        batches,
        'a shape',
      ),
    );
    nodes.push(...grow(initializer.name, affine));
  });
  const ports = (pick: (record: GraphRecord) => readonly GraphPort[]): GraphPort[] =>
    pick(first).map((port, i) => {
      const shape = port.shape.map((dimension, axis) => {
        const sizes = records.map((record) => pick(record)[i]!.shape[axis] as number);
        if (sizes.every((size) => size === dimension)) return dimension;
        const { slope, offset } = affineThrough(sizes, batches, `dimension ${axis} of ${port.name}`);
        if (slope === 1 && offset === 0) return BATCH_DIMENSION;
        return `${slope}*${BATCH_DIMENSION}${offset === 0 ? '' : `+${offset}`}`;
      });
      return { ...port, shape };
    });
  return {
    name: first.name,
    nodes: [...nodes, ...first.nodes],
    initializers,
    inputs: ports((record) => record.inputs),
    outputs: ports((record) => record.outputs),
  };
}

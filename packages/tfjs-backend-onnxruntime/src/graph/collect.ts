import type { GraphRecord, Initializer, NodeRecord } from './serialize.js';
import { type LoopBody, type Node, sizeOf, type Value } from './value.js';

export interface CollectOptions {
  readonly name: string;
  /** Values that become graph inputs, in this order, whether used or not. */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Values with data that may be written into the graph; the others become additional inputs. */
  readonly embed: (value: Value) => boolean;
}

export interface CollectedGraph {
  readonly record: GraphRecord;
  /** Graph inputs beyond `inputs`: values with data, found on the way. */
  readonly captured: readonly Value[];
}

/** Orders the nodes that `outputs` need (inputs before users) and names everything by position, so that equal graphs are equal bytes. */
export function collectGraph({ name, inputs, outputs, embed }: CollectOptions): CollectedGraph {
  const names = new Map<Value, string>();
  const nodes: NodeRecord[] = [];
  const initializers: Initializer[] = [];
  const captured: Value[] = [];
  inputs.forEach((value, i) => {
    names.set(value, `i${i}`);
  });
  // A computed value is named as an output where it is made, so that it is written straight into the caller's buffer.
  const outputNames = new Map<Value, string>();
  outputs.forEach((value, i) => {
    if (value.node !== undefined && !names.has(value) && !outputNames.has(value)) outputNames.set(value, `o${i}`);
  });

  const nameLeaf = (value: Value): void => {
    if (value.data === undefined && value.file === undefined) {
      throw new Error(`a traced value of another jit call reached '${name}'; pass it as an argument instead`);
    }
    if (value.data !== undefined && embed(value)) {
      names.set(value, `c${initializers.length}`);
      initializers.push({ name: names.get(value)!, type: value.type, shape: value.shape, data: value.data });
    } else {
      names.set(value, `x${captured.length}`);
      captured.push(value);
    }
  };

  const done = new Set<Node>();
  const addNode = (node: Node): void => {
    done.add(node);
    const index = nodes.length;
    node.outputs.forEach((value, i) => {
      names.set(value, outputNames.get(value) ?? `n${index}_${i}`);
    });
    const { body } = node;
    const record = nodeRecord(node, names);
    nodes.push(
      body === undefined
        ? record
        : { ...record, inputs: record.inputs.slice(0, body.ownInputs), body: bodyRecord(body, names, `b${index}`) },
    );
  };

  // Depth first without recursion: graphs of a training step are thousands of nodes deep.
  const visit = (root: Value): void => {
    const stack: { node: Node; next: number }[] = [];
    const enter = (value: Value): void => {
      if (names.has(value)) return;
      if (value.node === undefined) nameLeaf(value);
      else if (!done.has(value.node)) stack.push({ node: value.node, next: 0 });
    };
    enter(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (done.has(top.node) || top.next === top.node.inputs.length) {
        stack.pop();
        if (!done.has(top.node)) addNode(top.node);
      } else {
        const input = top.node.inputs[top.next++];
        if (input !== undefined) enter(input);
      }
    }
  };
  for (const output of outputs) visit(output);

  // An input, a constant or the same value given twice needs a copy: each graph output has a name and a buffer of its own.
  const ports = outputs.map((value, i) => {
    const source = names.get(value)!;
    if (source !== `o${i}`)
      nodes.push({ op: 'Identity', domain: '', inputs: [source], outputs: [`o${i}`], attributes: {} });
    return { name: `o${i}`, type: value.type, shape: value.shape };
  });
  const port = (prefix: string) => (value: Value, i: number) => ({
    name: `${prefix}${i}`,
    type: value.type,
    shape: value.shape,
  });
  return {
    record: {
      name,
      nodes,
      initializers,
      inputs: [...inputs.map(port('i')), ...captured.map(port('x'))],
      outputs: ports,
    },
    captured,
  };
}

const nodeRecord = (node: Node, names: ReadonlyMap<Value, string>): NodeRecord => ({
  op: node.op,
  domain: node.domain,
  inputs: node.inputs.map((value) => (value === undefined ? '' : names.get(value)!)),
  outputs: node.outputs.map((value) => names.get(value)!),
  attributes: node.attributes,
});

/** The body of a loop as a graph: turn and condition go in, then the carried value; the condition and the next value come out. */
function bodyRecord(body: LoopBody, around: ReadonlyMap<Value, string>, prefix: string): GraphRecord {
  const { parameter, result } = body;
  const names = new Map(around);
  const carried = (name: string) => ({ name, type: parameter.type, shape: parameter.shape });
  names.set(parameter, `${prefix}_carried`);
  // The condition is passed on as it came: the number of turns alone ends the loop.
  const identity = { op: 'Identity', domain: '', inputs: [`${prefix}_go`], outputs: [`${prefix}_on`], attributes: {} };
  const nodes: NodeRecord[] = [identity];
  const order: Node[] = [];
  const visited = new Set<Node>();
  const stack: { node: Node; next: number }[] = [{ node: result.node!, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (visited.has(top.node) || top.next === top.node.inputs.length) {
      stack.pop();
      if (!visited.has(top.node)) order.push(top.node);
      visited.add(top.node);
    } else {
      const node = top.node.inputs[top.next++]?.node;
      if (node !== undefined && body.nodes.has(node) && !visited.has(node)) stack.push({ node, next: 0 });
    }
  }
  order.forEach((node, index) => {
    node.outputs.forEach((value, i) => {
      names.set(value, `${prefix}_n${index}_${i}`);
    });
    nodes.push(nodeRecord(node, names));
  });
  const flag = (name: string) => ({ name, type: 'bool' as const, shape: [] });
  return {
    name: prefix,
    nodes,
    initializers: [],
    inputs: [{ name: `${prefix}_turn`, type: 'int64', shape: [] }, flag(`${prefix}_go`), carried(`${prefix}_carried`)],
    outputs: [flag(`${prefix}_on`), carried(names.get(result)!)],
  };
}

/** Constants up to this many bytes are written into compiled graphs; larger ones are fed. */
export const EMBED_LIMIT_BYTES = 1 << 16;

export const isSmall = (value: Value): boolean => sizeOf(value.shape) * 4 <= EMBED_LIMIT_BYTES;

import { scalarInt64 } from './emit.js';
import type { Node, Value } from './value.js';

/**
 * A loop of a fixed number of turns that carries one value (ONNX `Loop`).
 *
 * @param parameter placeholder for the carried value, of the type and shape of `initial`
 * @param result what a turn makes of it
 * @returns the value after the last turn
 */
export function emitLoop(turns: number, initial: Value, parameter: Value, result: Value): Value {
  const nodes = dependents(result, parameter);
  if (result.node === undefined || !nodes.has(result.node)) return result === parameter ? initial : result;
  const outside = new Set<Value>();
  for (const node of nodes) {
    for (const value of node.inputs) {
      if (value === undefined || value === parameter) continue;
      if (value.node === undefined || !nodes.has(value.node)) outside.add(value);
    }
  }
  const own = [scalarInt64(turns), undefined, initial];
  const outputs: Value[] = [];
  const node: Node = {
    op: 'Loop',
    domain: '',
    inputs: [...own, ...outside],
    attributes: {},
    outputs,
    body: { parameter, result, nodes, ownInputs: own.length },
  };
  const { type, shape, traced } = initial;
  outputs.push({ type, shape, node, data: undefined, traced, references: 0, owners: { count: 0 } });
  return outputs[0]!;
}

/** The nodes below `result` that depend on `parameter`. */
function dependents(result: Value, parameter: Value): Set<Node> {
  const depends = new Map<Node, boolean>();
  const stack: Node[] = result.node === undefined ? [] : [result.node];
  while (stack.length > 0) {
    const node = stack[stack.length - 1]!;
    const waiting = node.inputs.flatMap((value) =>
      value?.node !== undefined && !depends.has(value.node) ? [value.node] : [],
    );
    if (depends.has(node) || waiting.length === 0) {
      stack.pop();
      const reached = node.inputs.some(
        (value) => value === parameter || (value?.node !== undefined && depends.get(value.node)),
      );
      depends.set(node, reached);
    } else stack.push(...waiting);
  }
  return new Set([...depends].flatMap(([node, reached]) => (reached ? [node] : [])));
}

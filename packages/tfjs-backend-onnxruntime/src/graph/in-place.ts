import type { Node, Value } from './value.js';

/** Operators whose output element depends only on the input elements at the same place. */
const POINTWISE = new Set([
  'Abs',
  'Add',
  'And',
  'Cast',
  'Clip',
  'Div',
  'Equal',
  'Exp',
  'Greater',
  'GreaterOrEqual',
  'Identity',
  'IsInf',
  'IsNaN',
  'Less',
  'LessOrEqual',
  'Log',
  'Max',
  'Min',
  'Mul',
  'Neg',
  'Not',
  'Or',
  'Pow',
  'Reciprocal',
  'Relu',
  'Sign',
  'Sqrt',
  'Sub',
  'Tanh',
  'Where',
]);
const REDUCTIONS = new Set(['ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceMean', 'ReduceSumSquare', 'ReduceL2']);

/**
 * Whether `output` may be written into `input`'s buffer while the graph runs. It may if nothing reads `input`, or if
 * everything that reads it happens before `output` is written: `output` is made by a pointwise operator, all uses of
 * `input` lead there, and the operators between are ones that ONNX Runtime does not merge into something that reads
 * `input` elsewhere.
 */
export function inPlaceSafe(input: Value, output: Value, outputs: readonly Value[]): boolean {
  const users = new Map<Value, Node[]>();
  const seen = new Set<Node>();
  const stack: Node[] = outputs.flatMap((value) => (value.node === undefined ? [] : [value.node]));
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    for (const value of node.inputs) {
      if (value === undefined) continue;
      users.set(value, [...(users.get(value) ?? []), node]);
      if (value.node !== undefined) stack.push(value.node);
    }
  }
  const readers = users.get(input) ?? [];
  if (readers.length === 0) return !outputs.includes(input);
  if (output.node === undefined || outputs.includes(input)) return false;
  const target = output.node;
  // Ancestors of the output, itself included: a reader outside of them may run after the output is written.
  const ancestors = new Set<Node>();
  const climb: Node[] = [target];
  while (climb.length > 0) {
    const node = climb.pop()!;
    if (ancestors.has(node)) continue;
    ancestors.add(node);
    for (const value of node.inputs) if (value?.node !== undefined) climb.push(value.node);
  }
  if (!POINTWISE.has(target.op) || target.outputs[0] !== output) return false;
  const same = (value: Value) => value.shape.join() === input.shape.join();
  return readers.every((reader) => {
    if (!ancestors.has(reader)) return false;
    if (REDUCTIONS.has(reader.op)) return true;
    return POINTWISE.has(reader.op) && same(reader.outputs[0]!);
  });
}

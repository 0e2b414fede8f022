import * as tf from '@tensorflow/tfjs';

/** Anything that `jit` takes or gives: tensors, nested in arrays and plain records, beside static values. */
export type Nested = unknown;

/** A path inside a nested value, such as `params.encoder.weight` or `[0].loss`. */
export type Path = string;

/** The tensors of a nested value in order, and a key of everything that is not a tensor. */
export interface Flattened {
  readonly tensors: tf.Tensor[];
  readonly paths: Path[];
  /** Structure and static values; equal keys mean that only tensor contents differ. */
  readonly structure: string;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Collects the tensors of `value`; record keys keep their insertion order. */
export function flatten(value: Nested, root: Path = ''): Flattened {
  const tensors: tf.Tensor[] = [];
  const paths: Path[] = [];
  const structure: string[] = [];
  const visit = (node: unknown, path: Path): void => {
    if (node instanceof tf.Tensor) {
      tensors.push(node);
      paths.push(path);
      structure.push('T');
    } else if (Array.isArray(node)) {
      structure.push('[');
      for (let i = 0; i < node.length; i++) visit(node[i], `${path}[${i}]`);
      structure.push(']');
    } else if (isRecord(node)) {
      structure.push('{');
      for (const key in node) {
        structure.push(key, ':');
        visit(node[key], path === '' ? key : `${path}.${key}`);
      }
      structure.push('}');
    } else {
      structure.push(staticKey(node, path));
    }
  };
  visit(value, root);
  return { tensors, paths, structure: structure.join(' ') };
}

function staticKey(node: unknown, path: Path): string {
  switch (typeof node) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return `${String(node)};`;
    case 'bigint':
      return `${node}n;`;
    case 'string':
      return `${JSON.stringify(node)};`;
    case 'function':
      throw new TypeError(
        `${path || 'argument'}: expected tensors and plain values, got a function; close over it instead`,
      );
    default:
      if (node === null) return 'null;';
      throw new TypeError(
        `${path || 'argument'}: expected tensors, arrays, plain records or static values, got ${Object.prototype.toString.call(node)}`,
      );
  }
}

/** Rebuilds `shape`'s structure with `tensors` in the places of its tensors. */
export function unflatten(shape: Nested, tensors: readonly tf.Tensor[]): Nested {
  let next = 0;
  const build = (node: unknown): unknown => {
    if (node instanceof tf.Tensor) return tensors[next++];
    if (Array.isArray(node)) return node.map(build);
    if (isRecord(node)) return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, build(child)]));
    return node;
  };
  return build(shape);
}

import { emit, expand, reshape, scalar, transpose } from '../graph/emit.js';
import { float, int, ints, type Value } from '../graph/value.js';
import type { Kernel } from './kernel.js';
import { matMul } from './products.js';
import { concatenate, sliceBox } from './structure.js';

export const softmaxOver = (op: string, x: Value): Value => emit(op, [x], 'float32', x.shape, { axis: int(-1) });

/**
 * Without a gradient to record: ONNX Runtime's attention computes scores block by block and never holds them all. But each block packs its keys and
 * values anew, so that on the CPU products of many rows are faster where heads are wide.
 */
export const multiHeadAttention: Kernel = ({
  inputs: { query, key, value, bias },
  attributes: { numHeads, scale },
  portable,
  onCpu,
}) => {
  const [batch, rows] = query!.shape as [number, number, number];
  if (portable) return attentionOfParts(query!, key!, value!, bias, numHeads, scale);
  const onlyProducts = bias === undefined && onCpu;
  const together = onlyProducts ? attentionWithProjections(query!, key!, value!, numHeads, scale) : undefined;
  if (together !== undefined) return together;
  const rowsAtATime = onlyProducts ? rowsOfProducts(query!, key!, value!, numHeads) : 0;
  if (rowsAtATime > 0) return attentionByRows(query!, key!, value!, numHeads, scale, rowsAtATime);
  const attributes = { num_heads: int(numHeads), scale: float(scale) };
  // Bias may be shared by batch entries and heads, but must span the scores.
  const columns = key!.shape[1]!;
  const spread = bias === undefined ? undefined : expand(bias, [bias.shape[0]!, bias.shape[1]!, rows, columns]);
  const inputs = [query!, key!, value!, undefined, undefined, spread];
  return emit(
    'MultiHeadAttention',
    spread === undefined ? inputs.slice(0, 3) : inputs,
    'float32',
    [batch, rows, value!.shape[2]!],
    attributes,
    'com.microsoft',
  );
};

/** Channels of a head's keys and values from which products of all scores are faster where these find room in a cache, and the scores that do. */
const WIDE_HEAD = 192;
const CACHED_SCORES = 2 ** 22;

/** Channels from which they are faster for rows that give as many scores as follow, and the least rows that they are. */
const VERY_WIDE_HEAD = 512;
const MOST_SCORES = 2 ** 23;
const LEAST_ROWS = 128;

/** How many query rows at a time to attend by products, 0 for none. */
function rowsOfProducts(query: Value, key: Value, value: Value, heads: number): number {
  const [batch, rows, qkChannels] = query.shape as [number, number, number];
  const width = (qkChannels + value.shape[2]!) / heads;
  const scoresOfRow = batch * heads * key.shape[1]!;
  if (width >= WIDE_HEAD && rows * scoresOfRow <= CACHED_SCORES) return rows;
  const fitting = Math.min(rows, Math.floor(MOST_SCORES / scoresOfRow));
  return width >= VERY_WIDE_HEAD && fitting >= LEAST_ROWS ? fitting : 0;
}

/** Rows from which several examples at once gain from attention in one operator with the products before it; one example gains with any. */
const ROWS_OF_MANY = 512;

/** A value that is a product of a matrix, which differs from run to run, with constant weights. */
interface Projection {
  /** `[B, N, inner]` or `[B * N, inner]` */
  readonly of: Value;
  /** `[inner, channels]` */
  readonly weights: Value;
  /** `[channels]` */
  readonly bias: Value;
}

const isConstant = (x: Value): boolean => x.node === undefined && x.traced === undefined;

function projectionOf(x: Value): Projection | undefined {
  const { node } = x.node?.op === 'Reshape' ? x.node.inputs[0]! : x;
  if (node?.op !== 'Gemm' || node.attributes.transA !== undefined) return undefined;
  const [left, right, bias] = node.inputs as [Value, Value, Value | undefined];
  if (left.traced === undefined || bias === undefined || !isConstant(right) || !isConstant(bias)) return undefined;
  return {
    // The same matrix is reshaped anew for each product.
    of: left.node?.op === 'Reshape' ? left.node.inputs[0]! : left,
    weights: node.attributes.transB === undefined ? right : transpose(right, [1, 0]),
    bias,
  };
}

/**
 * Self-attention together with the products that give its queries, keys and values, where their weights are constant: ONNX Runtime's kernel
 * for all of it multiplies head by head with packed weights, tasks that threads share out, and writes rows of heads where they are read. It
 * holds all scores.
 */
function attentionWithProjections(
  query: Value,
  key: Value,
  value: Value,
  heads: number,
  scale: number,
): Value | undefined {
  const [batch, rows] = query.shape as [number, number, number];
  const scores = batch * heads * rows * key.shape[1]!;
  if (scores > MOST_SCORES || (batch > 1 && rows < ROWS_OF_MANY)) return undefined;
  const projections = [query, key, value].flatMap((x) => projectionOf(x) ?? []);
  const { of } = projections[0] ?? {};
  if (of === undefined || projections.length < 3 || projections.some((other) => other.of !== of)) return undefined;
  const weights = concatenate(
    projections.map((projection) => projection.weights),
    1,
  );
  const biases = concatenate(
    projections.map((projection) => projection.bias),
    0,
  );
  const x = reshape(of, [batch, rows, weights.shape[0]!]);
  const sizes = [query, key, value].map(({ shape }) => shape[2]!);
  const attributes = { num_heads: int(heads), scale: float(scale), qkv_hidden_sizes: ints(sizes) };
  return emit('Attention', [x, weights, biases], 'float32', value.shape, attributes, 'com.microsoft');
}

/** `[B, N, heads * c]` to `[B, heads, N, c]`. */
function splitHeads(x: Value, heads: number): Value {
  const [batch, length, channels] = x.shape as [number, number, number];
  return transpose(reshape(x, [batch, length, heads, channels / heads]), [0, 2, 1, 3]);
}

/** `[B, heads, N, c]` to `[B, N, heads * c]`. */
function joinHeads(x: Value): Value {
  const [batch, heads, length, channels] = x.shape as [number, number, number, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, length, heads * channels]);
}

function attentionByRows(
  query: Value,
  key: Value,
  value: Value,
  heads: number,
  scale: number,
  rowsAtATime: number,
): Value {
  const [q, k, v] = [splitHeads(query, heads), splitHeads(key, heads), splitHeads(value, heads)];
  const [batch, , rows, channels] = q.shape as [number, number, number, number];
  const attributes = { transB: int(1), alpha: float(scale) };
  const attended: Value[] = [];
  for (let start = 0; start < rows; start += rowsAtATime) {
    const count = Math.min(rowsAtATime, rows - start);
    const some = count === rows ? q : sliceBox(q, [0, 0, start, 0], [batch, heads, count, channels]);
    const shape = [batch, heads, count, key.shape[1]!];
    const scores = emit('FusedMatMul', [some, k], 'float32', shape, attributes, 'com.microsoft');
    attended.push(matMul(softmaxOver('Softmax', scores), v, false, false, false));
  }
  return joinHeads(attended.length === 1 ? attended[0]! : concatenate(attended, 2));
}

function attentionOfParts(
  query: Value,
  key: Value,
  value: Value,
  bias: Value | undefined,
  heads: number,
  scale: number,
): Value {
  const [q, k, v] = [splitHeads(query, heads), splitHeads(key, heads), splitHeads(value, heads)];
  const scores = matMul(q, k, false, true, true);
  const scaled = emit('Mul', [scores, scalar('float32', scale)], 'float32', scores.shape);
  const biased = bias === undefined ? scaled : emit('Add', [scaled, bias], 'float32', scores.shape);
  return joinHeads(matMul(softmaxOver('Softmax', biased), v, false, false, true));
}

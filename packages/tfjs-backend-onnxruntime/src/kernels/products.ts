import { backend_util } from '@tensorflow/tfjs';
import { broadcastShapes, cast, emit, reshape, transpose } from '../graph/emit.js';
import { float, int, sizeOf, type Value } from '../graph/value.js';
import { activate } from './activation.js';
import type { Kernel, KernelTable } from './kernel.js';
import { strassenProduct } from './strassen.js';

const swapLast = (x: Value): Value => {
  const rank = x.shape.length;
  const permutation = [...Array(rank).keys()];
  [permutation[rank - 1], permutation[rank - 2]] = [rank - 2, rank - 1];
  return transpose(x, permutation);
};

/** `a b` with optional transposes of the last two axes, batch axes broadcast; large ones of halves within `strassenBytes`. */
export function matMul(
  a: Value,
  b: Value,
  transposeA: boolean,
  transposeB: boolean,
  portable: boolean,
  bias?: Value,
  strassenBytes = 0,
): Value {
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [rows, innerA] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const [innerB, columns] = transposeB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!];
  if (innerA !== innerB) throw new Error(`matMul: expected equal inner sizes, got ${innerA} and ${innerB}`);
  const shape = [...batch, rows, columns];
  const plain = sizeOf(batch) === 1;
  const floats = a.type === 'float32';
  if (plain && floats && innerA > 0) {
    // Gemm adds a row of biases for free and prepacks constant weights in either orientation.
    const flatA = reshape(a, a.shape.slice(-2));
    const flatB = reshape(b, b.shape.slice(-2));
    const rowBias = bias !== undefined && sizeOf(bias.shape) === columns ? reshape(bias, [columns]) : undefined;
    const bySeven = transposeA ? undefined : strassenProduct(flatA, flatB, transposeB, rowBias, strassenBytes);
    const product =
      bySeven ??
      emit(
        'Gemm',
        [flatA, flatB, rowBias].filter((input) => input !== undefined),
        'float32',
        [rows, columns],
        {
          ...(transposeA ? { transA: int(1) } : {}),
          ...(transposeB ? { transB: int(1) } : {}),
        },
      );
    const shaped = reshape(product, shape);
    return bias === undefined || rowBias !== undefined ? shaped : emit('Add', [shaped, bias], 'float32', shape);
  }
  const product =
    floats && !portable && (transposeA || transposeB)
      ? emit(
          'FusedMatMul',
          [a, b],
          a.type,
          shape,
          { transA: int(+transposeA), transB: int(+transposeB), alpha: float(1) },
          'com.microsoft',
        )
      : emit('MatMul', [transposeA ? swapLast(a) : a, transposeB ? swapLast(b) : b], a.type, shape);
  return bias === undefined ? product : emit('Add', [product, bias], product.type, shape);
}

const batchMatMul: Kernel = ({ inputs: { a, b }, attributes: { transposeA, transposeB }, portable, strassenBytes }) =>
  matMul(a!, b!, transposeA ?? false, transposeB ?? false, portable, undefined, strassenBytes);

const fusedMatMul: Kernel = ({
  inputs: { a, b, bias, preluActivationWeights },
  attributes,
  portable,
  strassenBytes,
}) => {
  const { transposeA, transposeB, activation, leakyreluAlpha } = attributes;
  const product = matMul(a!, b!, transposeA, transposeB, portable, bias, strassenBytes);
  return activate(product, activation, preluActivationWeights, leakyreluAlpha);
};

export const productKernels: KernelTable = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  Einsum: ({ list, attributes: { equation } }) => einsum(equation, list),
};

/** ONNX has the same operator; only the result's shape must be worked out. */
function einsum(equation: string, operands: readonly Value[]): Value {
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, operands.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, operands.map(({ shape }) => ({ shape })) as never);
  const [left, right] = equation.replace(/\s/g, '').split('->') as [string, string | undefined];
  const sizes = new Map<string, number>();
  left.split(',').forEach((labels, i) => {
    [...labels].forEach((label, axis) => {
      sizes.set(label, operands[i]!.shape[axis]!);
    });
  });
  const output =
    right ??
    [...sizes.keys()]
      .filter((label) => left.split(label).length === 2)
      .sort()
      .join('');
  const shape = [...output].map((label) => sizes.get(label)!);
  const floats = operands.map((operand) => cast(operand, 'float32'));
  const result = emit('Einsum', floats, 'float32', shape, { equation: { kind: 'string', value: equation } });
  return cast(result, operands[0]!.type);
}

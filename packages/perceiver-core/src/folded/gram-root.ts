/** Rows that a pass over the product takes in: it is as large as the cache, so fewer passes count. */
const ROWS = 4;

/**
 * The upper triangular R with `R^T R = A^T A` (Cholesky), so that |R z| = |A z| for every z: the length of a long vector from a shorter
 * one. In float64, since forming `A^T A` squares the condition. A column that depends on earlier ones gets a row of zeros.
 *
 * @param a `[rows, columns]`, row by row
 * @returns `[columns, columns]`, row by row
 */
export function gramRoot(a: Float64Array, rows: number, columns: number): Float64Array {
  const root = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row += ROWS) {
    const taken = [0, 1, 2, 3].map((i) =>
      row + i < rows ? a.subarray((row + i) * columns, (row + i + 1) * columns) : new Float64Array(columns),
    );
    addOuterProducts(root, columns, taken, 1);
  }
  let largest = 0;
  for (let i = 0; i < columns; i++) largest = Math.max(largest, root[i * columns + i]!);
  const negligible = largest * columns * Number.EPSILON;
  // Four rows of the factor by those above them, then what they take from all rows below.
  for (let first = 0; first < columns; first += ROWS) {
    const end = Math.min(first + ROWS, columns);
    for (let i = first; i < end; i++) {
      const pivot = root[i * columns + i]!;
      const inverse = pivot > negligible ? 1 / Math.sqrt(pivot) : 0;
      for (let j = i; j < columns; j++) root[i * columns + j]! *= inverse;
      for (let k = i + 1; k < end; k++) {
        const factor = root[i * columns + k]!;
        for (let j = k; j < columns; j++) root[k * columns + j]! -= factor * root[i * columns + j]!;
      }
    }
    if (end === first + ROWS) {
      const done = [0, 1, 2, 3].map((i) => root.subarray((first + i) * columns, (first + i + 1) * columns));
      addOuterProducts(root, columns, done, -1, end);
    }
  }
  return root;
}

/** Adds `sign` times the outer products of four vectors with themselves to rows `first` and below, right of the diagonal. */
function addOuterProducts(
  sum: Float64Array,
  columns: number,
  vectors: readonly Float64Array[],
  sign: 1 | -1,
  first = 0,
): void {
  const [a, b, c, d] = vectors as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let i = first; i < columns; i++) {
    const [ai, bi, ci, di] = [sign * a[i]!, sign * b[i]!, sign * c[i]!, sign * d[i]!];
    const start = i * columns;
    for (let j = i; j < columns; j++) {
      sum[start + j]! += ai * a[j]! + bi * b[j]! + ci * c[j]! + di * d[j]!;
    }
  }
}

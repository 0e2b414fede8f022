/** Numerator and denominator coefficients, highest power first. */
// biome-ignore format: a table
const CENTRE = [
  [2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665],
  [5226.495278852855, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1],
] as const;
// biome-ignore format: a table
const TAIL = [
  [0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835],
  [1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038, 2.053191626637759, 1],
] as const;

/** Value of a polynomial of degree 7; written out, because starting a large model draws hundreds of millions of numbers. */
function polynomial(c: readonly number[], x: number): number {
  return ((((((c[0]! * x + c[1]!) * x + c[2]!) * x + c[3]!) * x + c[4]!) * x + c[5]!) * x + c[6]!) * x + c[7]!;
}

const ratio = (table: readonly [readonly number[], readonly number[]], x: number): number =>
  polynomial(table[0], x) / polynomial(table[1], x);

/**
 * The number below which a standard normal falls with probability `p` (Wichura, 1988, algorithm AS 241), to 1e-15 for
 * p in [1e-11, 1 - 1e-11]; outside it is off.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  return Math.sign(q) * ratio(TAIL, r - 1.6);
}

/**
 * `n` numbers from `a` to `b`, both included, rounded to float32 at each step as torch.linspace does on a CPU
 * (PARITY, section 3).
 */
export function linspace(a: number, b: number, n: number): Float32Array {
  const values = new Float32Array(n);
  const step = n > 1 ? Math.fround(Math.fround(b - a) / (n - 1)) : 0;
  const half = Math.floor(n / 2);
  for (let i = 0; i < n; i++) values[i] = n === 1 || i < half ? a + step * i : b - step * (n - 1 - i);
  return values;
}

/** Pieces one after the other, as one array. */
export function concatenate<T extends Uint8Array | Float32Array>(
  pieces: readonly T[],
  kind: new (length: number) => T,
): T {
  const whole = new kind(pieces.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}

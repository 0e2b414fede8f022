/** Digits, 3 wide and 5 high, a row of three bits each. */
const DIGITS = [
  [7, 5, 5, 5, 7],
  [2, 6, 2, 2, 7],
  [7, 1, 7, 4, 7],
  [7, 1, 7, 1, 7],
  [5, 5, 7, 1, 1],
  [7, 4, 7, 1, 7],
  [7, 4, 7, 5, 7],
  [7, 1, 2, 2, 2],
  [7, 5, 7, 5, 7],
  [7, 5, 7, 1, 7],
] as const;

/** Pixels of a digit's dot. */
const DOT = 2;

/** Writes a number into a picture, white on black, its top left corner at `(x, y)`; what does not fit is left out. */
export function drawNumber(
  { width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  value: number,
  x: number,
  y: number,
): void {
  const digits = [...String(value)].map((digit) => DIGITS[Number(digit)]!);
  const columns = digits.length * 4 + 1;
  for (let row = -1; row <= 5; row++) {
    for (let column = -1; column < columns - 1; column++) {
      const bits = digits[Math.floor(column / 4)]?.[row] ?? 0;
      const lit = column >= 0 && column % 4 < 3 && ((bits >> (2 - (column % 4))) & 1) === 1;
      for (let dot = 0; dot < DOT * DOT; dot++) {
        const px = x + (column + 1) * DOT + (dot % DOT);
        const py = y + (row + 1) * DOT + Math.floor(dot / DOT);
        if (px < width && py < height) data.fill(lit ? 255 : 0, (py * width + px) * 3, (py * width + px) * 3 + 3);
      }
    }
  }
}

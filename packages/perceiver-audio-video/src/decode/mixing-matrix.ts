const HALF = Math.SQRT1_2;

/** Channels of 5.1: front left and right, centre, low frequencies (left out of mixes), rear left and right. */
const SURROUND: Readonly<Record<number, readonly (readonly number[])[]>> = {
  1: [[HALF, HALF, 1, 0, 0.5, 0.5]],
  2: [
    [1, 0, HALF, 0, HALF, 0],
    [0, 1, HALF, 0, 0, HALF],
  ],
};

/**
 * How much of each channel goes into each output channel, `[to][from]`: as ffmpeg mixes, scaled so that nothing can pass full scale.
 * Undefined for pairs other than equal, one to many, stereo or 5.1 to fewer.
 *
 * @param isSurround whether six channels are those of 5.1
 */
export function mixingMatrix(
  from: number,
  to: number,
  isSurround: boolean,
): readonly (readonly number[])[] | undefined {
  if (from === to) {
    return Array.from({ length: to }, (_, row) =>
      Array.from({ length: from }, (_, column) => (row === column ? 1 : 0)),
    );
  }
  if (from === 1) return Array.from({ length: to }, () => [1]);
  if (from === 2 && to === 1) return [[0.5, 0.5]];
  const rows = from === 6 && isSurround ? SURROUND[to] : undefined;
  if (rows === undefined) return undefined;
  const largest = Math.max(...rows.map((row) => row.reduce((sum, weight) => sum + weight, 0)));
  return rows.map((row) => row.map((weight) => weight / largest));
}

/** Mixes `[samples, from]` to `[samples, to]`. */
export function mixChannels(data: Float32Array, matrix: readonly (readonly number[])[]): Float32Array {
  const [to, from] = [matrix.length, matrix[0]!.length];
  const samples = data.length / from;
  const mixed = new Float32Array(samples * to);
  for (let i = 0; i < samples; i++) {
    for (let row = 0; row < to; row++) {
      let sum = 0;
      for (let column = 0; column < from; column++) sum += matrix[row]![column]! * data[i * from + column]!;
      mixed[i * to + row] = sum;
    }
  }
  return mixed;
}

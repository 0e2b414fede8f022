/** Values of 8 bits. */
const MU = 255;

/** Compresses numbers of -1 to 1: sign(x) ln(1 + mu |x|) / ln(1 + mu). */
export function muLawCompress(signal: ArrayLike<number>, mu: number = MU): Float64Array {
  return Float64Array.from(signal, (x) => (Math.sign(x) * Math.log1p(mu * Math.abs(x))) / Math.log1p(mu));
}

/** Undoes `muLawCompress`: sign(y) ((1 + mu)^|y| - 1) / mu. */
export function muLawExpand(compressed: ArrayLike<number>, mu: number = MU): Float64Array {
  return Float64Array.from(compressed, (y) => (Math.sign(y) * Math.expm1(Math.abs(y) * Math.log1p(mu))) / mu);
}

/**
 * Codes of -(mu + 1) / 2 to (mu - 1) / 2 as librosa gives them: how many of mu + 1 evenly spaced edges, from -1 to 1, lie below the
 * compressed number. (WaveNet rounds instead, which is another quantiser.)
 */
export function muLawEncode(signal: ArrayLike<number>, mu: number = MU): Int32Array {
  const step = 2 / mu;
  const edge = (index: number) => (index === mu ? 1 : index * step - 1);
  return Int32Array.from(muLawCompress(signal, mu), (y) => {
    let below = Math.max(0, Math.min(mu + 1, Math.ceil((y + 1) / step)));
    // The division may have been rounded over an edge.
    while (below > 0 && edge(below - 1) >= y) below--;
    while (below <= mu && edge(below) < y) below++;
    return below - (mu + 1) / 2;
  });
}

/** Numbers of codes, as librosa gives them: a code stands for 2 code / (mu + 1), expanded. */
export function muLawDecode(codes: ArrayLike<number>, mu: number = MU): Float64Array {
  return muLawExpand(
    Float64Array.from(codes, (code) => (2 * code) / (1 + mu)),
    mu,
  );
}

/** Bits per byte of interpolated n-gram models, from unigram on. */
export interface NGramBits {
  readonly unigram: number;
  readonly bigram: number;
  readonly trigram: number;
  readonly fourGram: number;
}

/** Each distinct value of a sorted array and how often it stands there. */
function countSorted(sorted: Uint32Array): { values: Uint32Array; counts: Uint32Array } {
  const values = new Uint32Array(sorted.length);
  const counts = new Uint32Array(sorted.length);
  let size = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) values[size++] = sorted[i]!;
    counts[size - 1]!++;
  }
  return { values: values.subarray(0, size), counts: counts.subarray(0, size) };
}

function countOf(value: number, { values, counts }: { values: Uint32Array; counts: Uint32Array }): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return values[low] === value ? counts[low]! : 0;
}

/** The last `order + 1` bytes before and at each position from 3 on, as one number; the newest byte is the lowest digit. */
function codes(bytes: Uint8Array, order: number): Uint32Array {
  const result = new Uint32Array(Math.max(0, bytes.length - 3));
  for (let i = 0; i < result.length; i++) {
    let code = 0;
    for (let back = order; back >= 0; back--) code = ((code << 8) | bytes[i + 3 - back]!) >>> 0;
    result[i] = code;
  }
  return result;
}

/**
 * Bits per byte of held-out text under uni-, bi-, tri- and 4-gram models with Witten-Bell interpolation (Bell, Cleary and
 * Witten, 1990): a context seen n times, followed by d different bytes, gives `(count + d * p) / (n + d)`, where p is the
 * estimate from the next shorter context. The first three held-out bytes only serve as context.
 */
export function nGramBits(train: Uint8Array, heldOut: Uint8Array): NGramBits {
  if (train.length < 4 || heldOut.length < 4) {
    throw new RangeError(
      `nGramBits: expected at least 4 bytes to count and 4 to predict, got ${train.length}, ${heldOut.length}`,
    );
  }
  const probability = new Float64Array(heldOut.length - 3).fill(1 / 256);
  const bits: number[] = [];
  for (let order = 0; order < 4; order++) {
    const grams = countSorted(codes(train, order).sort());
    // Sorted codes stay sorted without their lowest digit.
    const contexts = countSorted(codes(train, order).map(withoutNewest).sort());
    const continuations = countSorted(grams.values.map(withoutNewest));
    const asked = codes(heldOut, order);
    let sum = 0;
    for (let i = 0; i < asked.length; i++) {
      const context = withoutNewest(asked[i]!);
      const seen = countOf(context, contexts);
      if (seen > 0) {
        const different = countOf(context, continuations);
        probability[i] = (countOf(asked[i]!, grams) + different * probability[i]!) / (seen + different);
      }
      sum -= Math.log2(probability[i]!);
    }
    bits.push(sum / asked.length);
  }
  const [unigram, bigram, trigram, fourGram] = bits as [number, number, number, number];
  return { unigram, bigram, trigram, fourGram };
}

function withoutNewest(code: number): number {
  return code >>> 8;
}

/** Most features of a word: the word itself, and its byte n-grams from the front. */
export const WORD_FEATURES = 8;
/** Bytes of an n-gram; a word is bracketed by `<` and `>` first, so that beginnings and ends differ from middles. */
const N_GRAM = 4;
/** Row of the table for the border between two texts. */
const SEPARATOR = 1;
const FIRST_HASHED = 2;
const encoder = new TextEncoder();

/** FNV-1a over bytes, into the rows of a table that are for hashes. */
function bucketOf(bytes: Uint8Array, buckets: number): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  // The low bits of FNV-1a alone are poorly mixed.
  hash ^= hash >>> 15;
  return FIRST_HASHED + ((hash >>> 0) % (buckets - FIRST_HASHED));
}

function featuresOf(word: string, buckets: number, most: number): number[] {
  const bytes = encoder.encode(`<${word}>`);
  const features = [bucketOf(bytes, buckets)];
  for (let at = 0; at + N_GRAM <= bytes.length && features.length < most; at++) {
    if (bytes.length > N_GRAM) features.push(bucketOf(bytes.subarray(at, at + N_GRAM), buckets));
  }
  return features;
}

/**
 * One or two texts as words with hashed features: whitespace-separated words in lower case, each the row of its own hash and of those of
 * its first byte 4-grams, as subword models have them (arXiv 1607.04606). A word of its own stands between two texts.
 *
 * @param buckets rows of the embedding table; row 0 stands for nothing
 * @param features rows of a word at most, F; 1 takes words whole, without their 4-grams
 * @returns `[W, F]` flat, W at most `maxWords`; longer texts lose words at the end, the longer of two first
 */
export function encodeWords(
  texts: readonly string[],
  buckets: number,
  maxWords: number,
  features = WORD_FEATURES,
): Int32Array {
  const words = texts.map((text) => text.toLowerCase().split(/\s+/u).filter(Boolean));
  for (let excess = words.reduce((sum, each) => sum + each.length, texts.length - 1) - maxWords; excess > 0; excess--) {
    const longest = words.reduce((best, each) => (each.length > best.length ? each : best));
    longest.pop();
  }
  const rows: number[][] = [];
  for (const [index, each] of words.entries()) {
    if (index > 0) rows.push([SEPARATOR]);
    for (const word of each) rows.push(featuresOf(word, buckets, features));
  }
  const ids = new Int32Array(rows.length * features);
  for (const [row, own] of rows.entries()) ids.set(own, row * features);
  return ids;
}

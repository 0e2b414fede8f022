/** The candidate with the smallest edit distance to `name`, for "did you mean ...?". */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.slice(0, 200);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  let budget = 2000;
  for (const candidate of candidates) {
    if (budget-- === 0) break;
    const distance = editDistance(wanted, candidate.slice(0, 200));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

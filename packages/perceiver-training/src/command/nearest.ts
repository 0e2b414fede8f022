import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean --model.numLatents?` where a known name is near, otherwise the names that there are. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const best = closest(name, known);
  // A name that was given without its section (`numLatents`) is near the full one.
  const bySuffix = known.find((candidate) => candidate.endsWith(`.${name}`));
  if (bySuffix !== undefined) return `; did you mean ${bySuffix}?`;
  if (distance(name, best) <= Math.max(2, name.length / 2)) return `; did you mean ${best}?`;
  return `; the known ones are ${known.join(', ')}`;
}

/** Numbers that a metric cannot be computed from; the message says what was expected and what came. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
}

/** Throws unless two lists have one length, above 0. */
export function checkLengths(metric: string, a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length === b.length && a.length > 0) return;
  throw new MetricError(`${metric}: expected two lists of one length, got ${a.length} and ${b.length} numbers`);
}

/** Ids for a run of masks, with the product of their probabilities. */
export interface Filling {
  readonly ids: readonly number[];
  readonly probability: number;
}

/**
 * The most likely fillings of a run of masks whose positions are predicted independently, best first.
 *
 * @param probabilities one distribution over ids a position
 */
export function bestFillings(probabilities: readonly ArrayLike<number>[], count: number): Filling[] {
  let best: Filling[] = [{ ids: [], probability: 1 }];
  for (const distribution of probabilities) {
    // A position's id of rank r can only be in a filling of rank r or worse.
    const ranked = Array.from(distribution, (probability, id) => ({ id, probability }))
      .sort((a, b) => b.probability - a.probability || a.id - b.id)
      .slice(0, count);
    best = best
      .flatMap(({ ids, probability }) =>
        ranked.map((next) => ({ ids: [...ids, next.id], probability: probability * next.probability })),
      )
      .sort((a, b) => b.probability - a.probability)
      .slice(0, count);
  }
  return best;
}

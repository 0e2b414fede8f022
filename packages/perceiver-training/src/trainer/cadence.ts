/** When something is done: every so many steps, every so many seconds, or both. */
export interface Cadence {
  readonly everySteps?: number;
  readonly everySeconds?: number;
}

/** Tells, after each step, whether it is time. */
export function cadence(
  { everySteps, everySeconds }: Cadence,
  startSeconds: number,
): (step: number, seconds: number) => boolean {
  let last = startSeconds;
  return (step, seconds) => {
    const bySteps = everySteps !== undefined && everySteps > 0 && step % everySteps === 0;
    const byTime = everySeconds !== undefined && seconds - last >= everySeconds;
    if (bySteps || byTime) last = seconds;
    return bySteps || byTime;
  };
}

import type { StepReport } from '../trainer/train-options.js';

/** How fast a run goes and when it will be done. */
export interface Pace {
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
}

/** Follows steps; the rate is that of the last ten seconds or so, the time left that of this session. */
export function followPace(): (report: StepReport) => Pace {
  let first: StepReport | undefined;
  let previous: StepReport | undefined;
  let rate: number | undefined;
  return (report) => {
    first ??= report;
    const elapsed = previous ? report.seconds - previous.seconds : 0;
    if (previous && elapsed > 0) {
      const instant = (report.step - previous.step) / elapsed;
      const weight = rate === undefined ? 1 : 1 - Math.exp(-elapsed / 10);
      rate = (rate ?? 0) + weight * (instant - (rate ?? 0));
    }
    previous = report;
    const done = report.fraction - first.fraction;
    const secondsLeft = done > 0 ? ((report.seconds - first.seconds) / done) * (1 - report.fraction) : Infinity;
    return { stepsPerSecond: rate ?? 0, secondsLeft };
  };
}

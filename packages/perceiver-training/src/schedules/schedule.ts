/** Where a run stands before an update. */
export interface Clock {
  /** Updates made so far; the first update sees 0. */
  readonly step: number;
  /** Share of the budget (steps or minutes) that is used up, in [0, 1]. */
  readonly fraction: number;
}

/**
 * A value over training, such as a learning rate, computed on the host in float64. Most schedules are functions of `step`
 * and hold their last value after the end; {@link overBudget} makes one a function of `fraction`.
 */
export type Schedule = (clock: Clock) => number;

/** A plain number is a schedule that never changes. */
export type NumberOrSchedule = number | Schedule;

/** The value of a number or schedule at a clock. */
export function valueAt(value: NumberOrSchedule, clock: Clock): number {
  return typeof value === 'number' ? value : value(clock);
}

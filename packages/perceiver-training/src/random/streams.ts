/**
 * Numbers that keep a run's random streams apart: the second counter of every key, after the seed. Data sources use
 * numbers from {@link FIRST_FREE_STREAM} on.
 */
export const INITIALIZATION_STREAM = 0;
export const STEP_STREAM = 1;
export const DATA_STREAM = 2;
export const FIRST_FREE_STREAM = 16;

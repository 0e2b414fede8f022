import { type NumberOrSchedule, valueAt } from '../schedules/schedule.js';
import { scaleUpdate } from './linear-update.js';
import type { LocalTransformation } from './transformation.js';

/** Multiplies the update by the schedule's value at this step: the learning rate. */
export function scaleBySchedule(schedule: NumberOrSchedule): LocalTransformation {
  return {
    name: 'scaleBySchedule',
    reach: 'element',
    numbers: (clock) => ({ learningRate: valueAt(schedule, clock) }),
    apply: (update, { numbers }) => ({ update: scaleUpdate(update, numbers.learningRate!) }),
  };
}

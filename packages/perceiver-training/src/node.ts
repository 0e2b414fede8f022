export { formatDuration } from './progress/format-duration.js';
export { createProgress, type Progress, type ProgressOptions } from './progress/progress.js';
export {
  type CheckpointStore,
  type CheckpointStoreOptions,
  listCheckpoints,
  openCheckpoint,
  openCheckpointStore,
} from './run/checkpoint-store.js';
export { catchInterrupt, INTERRUPTED } from './run/interrupt.js';
export { type MetricsLine, readMetrics } from './run/metrics-log.js';
export {
  openRunDirectory,
  type RunDirectory,
  RunDirectoryError,
  type RunDirectoryOptions,
  readRunConfig,
} from './run/run-directory.js';

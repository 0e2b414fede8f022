export { checkConfig } from './command/check-config.js';
export { collectOutput, type ProgramResult } from './command/collect-output.js';
export { type ConfigField, configFields } from './command/config-fields.js';
export { endWithReader } from './command/end-with-reader.js';
export { commandHelp, programHelp } from './command/help.js';
export { describeField, helpTable, placeholderOf } from './command/help-table.js';
export { mergeConfig, nestPaths, type PlainConfig } from './command/merge-config.js';
export { suggest } from './command/nearest.js';
export { type CommandLine, parseCommandLine } from './command/parse-command-line.js';
export { quote } from './command/quote.js';
export { type ResolvedRun, resolveRun } from './command/resolve-run.js';
export { type Program, runCommands, type Streams } from './command/run-commands.js';
export { lastCheckpoint, recordFinal, reportStopped, savedLines } from './command/run-report.js';
export { startEngine } from './command/start-engine.js';
export {
  type CommandContext,
  type Preset,
  type RunOptions,
  type TrainingCommand,
  trainingCommand,
} from './command/training-command.js';
export {
  budgetOf,
  optimizerOf,
  peakLearningRate,
  type TrainingSettings,
  trainingSchema,
} from './command/training-settings.js';
export { UsageError } from './command/usage-error.js';
export { lossPlot } from './plot/loss-plot.js';
export type { LossPlotOptions, PlotCurve, PlotReference } from './plot/plot-types.js';
export { runCurves } from './plot/run-curves.js';
export { type RunPlotOptions, runPlot, writeRunPlot } from './plot/run-plot.js';
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
export type { EventImage } from './run/tensorboard-events.js';

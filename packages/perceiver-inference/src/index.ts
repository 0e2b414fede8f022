export { callProgram } from './command/call-program.js';
export { downloadReport } from './command/download-report.js';
export { checkModelOptions, modelOptions, pretrainedOptions } from './command/model-options.js';
export { checkOutputFile, makeOutputFolder, OutputPathError, removeLaterFiles } from './command/output-paths.js';
export {
  type PredictArgument,
  type PredictCommand,
  type PredictContext,
  type PredictOutput,
  predictCommand,
} from './command/predict-command.js';
export { type ProgressLineOptions, progressLine } from './command/progress-line.js';
export { type PredictProgram, runPredictCommands } from './command/run-predict-commands.js';
export { type LoadParametersOptions, loadParameters } from './load/load-parameters.js';
export { modelPath } from './load/model-path.js';
export { type ModelKind, type OpenedModel, type OpenModelOptions, openModel } from './load/open-model.js';

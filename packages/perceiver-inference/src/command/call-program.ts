import { collectOutput, type ProgramResult } from 'perceiver-training/node';
import { type PredictProgram, runPredictCommands } from './run-predict-commands.js';

/** Runs a program within this process and collects what it writes, such as in tests. */
export function callProgram(program: PredictProgram, args: readonly string[]): Promise<ProgramResult> {
  return collectOutput((streams) => runPredictCommands(program, args, streams));
}

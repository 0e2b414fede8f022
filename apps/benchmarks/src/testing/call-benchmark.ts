import { collectOutput, type ProgramResult } from 'perceiver-training/node';
import { program } from '../program.js';
import { runBenchmarkCommands } from '../run-benchmark-commands.js';

/** Runs a command of `benchmark` within this process and collects what it writes. */
export function callBenchmark(...args: string[]): Promise<ProgramResult> {
  return collectOutput((streams) => runBenchmarkCommands(program, args, streams));
}

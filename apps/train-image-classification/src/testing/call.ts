import { collectOutput, type ProgramResult, runCommands } from 'perceiver-training/node';
import { program } from '../program.js';

/** Runs the program within this process and collects what it writes; `onOutput` sees it as it comes. */
export function call(args: readonly string[], onOutput?: (text: string) => void): Promise<ProgramResult> {
  return collectOutput((streams) => runCommands(program, args, streams), onOutput);
}

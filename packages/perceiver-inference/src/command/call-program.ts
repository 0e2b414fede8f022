import { type PredictProgram, runPredictCommands } from './run-predict-commands.js';

/** What a program left behind. */
export interface ProgramResult {
  /** 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program within this process and collects what it writes, such as in tests. */
export async function callProgram(program: PredictProgram, args: readonly string[]): Promise<ProgramResult> {
  const written = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    write: (text: string | Uint8Array) => {
      written[stream] += text;
      return true;
    },
  });
  const stderr = into('stderr') as unknown as NodeJS.WriteStream;
  const code = await runPredictCommands(program, args, { stdout: into('stdout'), stderr });
  return { code, ...written };
}

import type { Streams } from './run-commands.js';

/** What a program left behind. */
export interface ProgramResult {
  /** 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Lets a program write into memory instead of the terminal, such as in tests.
 *
 * @param run the program, given where to write; gives its exit code
 * @param onOutput sees the output as it comes
 */
export async function collectOutput(
  run: (streams: Streams) => Promise<number>,
  onOutput: (text: string) => void = () => {},
): Promise<ProgramResult> {
  const written = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    isTTY: false,
    write: (text: string | Uint8Array) => {
      written[stream] += text;
      onOutput(String(text));
      return true;
    },
  });
  const code = await run({ stdout: into('stdout'), stderr: into('stderr') as NodeJS.WriteStream });
  return { code, ...written };
}

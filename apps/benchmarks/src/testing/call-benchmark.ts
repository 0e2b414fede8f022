import { program } from '../program.js';
import { runBenchmarkCommands } from '../run-benchmark-commands.js';

/** Runs a command of `benchmark` within this process and collects what it writes. */
export async function callBenchmark(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[stream] += text;
      return true;
    },
  });
  const streams = { stdout: into('stdout'), stderr: into('stderr') } as never;
  return { code: await runBenchmarkCommands(program, args, streams), ...written };
}

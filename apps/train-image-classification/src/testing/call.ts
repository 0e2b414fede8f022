import { runCommands } from 'perceiver-training/node';
import { program } from '../program.js';

/** Runs the program within this process and collects what it writes; `onOutput` sees it as it comes. For tests. */
export async function call(args: readonly string[], onOutput: (text: string) => void = () => {}) {
  const written = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    write: (text: string | Uint8Array) => {
      written[stream] += text;
      onOutput(String(text));
      return true;
    },
  });
  const stderr = into('stderr') as unknown as NodeJS.WriteStream;
  const code = await runCommands(program, args, { stdout: into('stdout'), stderr });
  return { code, ...written };
}

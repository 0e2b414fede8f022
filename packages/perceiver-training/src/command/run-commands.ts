import { createProgress } from '../progress/progress.js';
import { catchInterrupt, INTERRUPTED } from '../run/interrupt.js';
import { configFields } from './config-fields.js';
import { endWithReader } from './end-with-reader.js';
import { commandHelp, programHelp } from './help.js';
import { suggest } from './nearest.js';
import { parseCommandLine } from './parse-command-line.js';
import { resolveRun } from './resolve-run.js';
import type { TrainingCommand } from './training-command.js';
import { UsageError } from './usage-error.js';

const FAILED = 1;
const WRONG_USAGE = 2;

/** A program with subcommands. */
export interface Program {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly commands: readonly TrainingCommand[];
  /** Runs when the first argument is an option or missing. */
  readonly defaultCommand?: string;
}

export interface Streams {
  readonly stdout: Pick<NodeJS.WriteStream, 'write'>;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Runs a program on its arguments and gives the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 *
 * ```ts
 * process.exitCode = await runCommands({ name: 'train-text', summary: '...', commands: [clm, mlm] });
 * ```
 */
export async function runCommands(
  program: Program,
  args: readonly string[] = process.argv.slice(2),
  { stdout, stderr }: Streams = process,
): Promise<number> {
  endWithReader({ stdout, stderr });
  const say = (text: string) => {
    stderr.write(`${text}\n`);
  };
  try {
    return await dispatch(program, args, { stdout, stderr });
  } catch (error) {
    if (error instanceof UsageError) {
      say(`${program.name}: ${error.message}`);
      say(`${program.name} --help tells more.`);
      return WRONG_USAGE;
    }
    say(`${program.name}: ${describeError(error)}`);
    return FAILED;
  }
}

async function dispatch(program: Program, args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  const { name: programName, commands, defaultCommand } = program;
  const [first] = args;
  const named = first !== undefined && !first.startsWith('-');
  if (first === '--help' || (first === undefined && defaultCommand === undefined)) {
    const help = programHelp(programName, program.summary, commands, defaultCommand);
    const only = commands.find(({ name }) => name === defaultCommand);
    stdout.write(only ? `${help}\n${commandHelp(programName, only)}` : help);
    return first === undefined ? WRONG_USAGE : 0;
  }
  const wanted = named ? first : defaultCommand;
  const command = commands.find(({ name }) => name === wanted);
  if (!command) {
    const names = commands.map(({ name }) => name);
    throw new UsageError(`${first}: no such command${suggest(first!, names)}`);
  }
  const line = parseCommandLine(named ? args.slice(1) : args, configFields(command.schema));
  if (line.help) {
    stdout.write(commandHelp(programName, command));
    return 0;
  }
  const run = await resolveRun(programName, command, line);
  if (line.dryRun) {
    stdout.write(`${JSON.stringify({ ...run.resolved, out: run.options.out }, null, 2)}\n`);
    const description = await command.describe?.(run.config);
    if (description) stderr.write(`${description}\n`);
    return 0;
  }
  const progress = createProgress({ json: line.json, stdout, stderr });
  const interrupt = catchInterrupt(() =>
    progress.message('Stopping after this step and saving; Ctrl-C again quits at once.'),
  );
  try {
    await command.run({
      ...run,
      signal: interrupt.signal,
      progress,
      print: (text, record) => {
        stdout.write(line.json ? `${JSON.stringify(record)}\n` : `${text}\n`);
      },
    });
    return interrupt.signal.aborted ? INTERRUPTED : 0;
  } finally {
    progress.close();
    interrupt.dispose();
  }
}

/** Errors of our own say all that is needed; for others the stack does. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const plain = [Error, TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error.constructor === kind);
  return plain && !('code' in error) ? (error.stack ?? error.message) : error.message;
}

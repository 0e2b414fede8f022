import { endWithReader, helpTable, type Streams, suggest, UsageError } from 'perceiver-training/node';

const FAILED = 1;
const WRONG_USAGE = 2;

/** A subcommand of `benchmark`. */
export interface BenchmarkCommand {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Runs on the arguments behind the name and gives the exit code. Throws UsageError. */
  readonly run: (args: readonly string[], streams: Streams) => Promise<number>;
}

/** A program of subcommands. */
export interface BenchmarkProgram {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly commands: readonly BenchmarkCommand[];
}

/** Runs a program on its arguments and gives the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runBenchmarkCommands(
  program: BenchmarkProgram,
  args: readonly string[] = process.argv.slice(2),
  streams: Streams = process,
): Promise<number> {
  endWithReader(streams);
  const { stdout, stderr } = streams;
  const [first, ...rest] = args;
  try {
    if (first === undefined || first === '--help') {
      stdout.write(programHelp(program));
      return first === undefined ? WRONG_USAGE : 0;
    }
    const command = program.commands.find(({ name }) => name === first);
    if (command === undefined) {
      const names = program.commands.map(({ name }) => name);
      throw new UsageError(`${first}: no such command${suggest(first, names)}`);
    }
    return await command.run(rest, streams);
  } catch (error) {
    if (error instanceof UsageError) {
      stderr.write(`${program.name}: ${error.message}\n${program.name} --help tells more.\n`);
      return WRONG_USAGE;
    }
    stderr.write(`${program.name}: ${(error as Error).message ?? error}\n`);
    return FAILED;
  }
}

function programHelp({ name, summary, commands }: BenchmarkProgram): string {
  return [
    `${name}: ${summary}`,
    '',
    `Usage: npm run ${name} -- COMMAND ...`,
    '',
    ...helpTable(commands.map((command) => [command.name, command.summary])),
    '',
    `npm run ${name} -- COMMAND --help lists options.`,
    '',
  ].join('\n');
}

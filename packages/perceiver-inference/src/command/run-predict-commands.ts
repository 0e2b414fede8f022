import { readFile, writeFile } from 'node:fs/promises';
import {
  catchInterrupt,
  configFields,
  describeField,
  endWithReader,
  helpTable,
  INTERRUPTED,
  placeholderOf,
  type Streams,
  suggest,
  UsageError,
} from 'perceiver-training/node';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { checkOutputFile } from './output-paths.js';
import { commonOptions, isFlagField, isHelp, optionName, parsePredictLine } from './parse-predict-line.js';
import type { PredictArgument, PredictCommand } from './predict-command.js';

export interface PredictProgram {
  readonly name: string;
  /** Its package.json, which holds the version. */
  readonly manifest: URL;
  /** One line. */
  readonly summary: string;
  readonly commands: readonly PredictCommand[];
}

/** Runs a program on its arguments and gives the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function runPredictCommands(
  program: PredictProgram,
  args: readonly string[] = process.argv.slice(2),
  streams: Streams = process,
): Promise<number> {
  endWithReader(streams);
  try {
    return await dispatch(program, args, streams);
  } catch (error) {
    const usage = error instanceof UsageError;
    const asked = program.commands.some(({ name }) => name === args[0]) ? `${program.name} ${args[0]}` : program.name;
    streams.stderr.write(`${program.name}: ${describeError(error)}\n${usage ? `${asked} --help tells more.\n` : ''}`);
    return usage ? 2 : 1;
  }
}

/** Errors of our own, of the input's range and of the system say all that is needed; for others the stack does. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const unforeseen = [Error, TypeError, ReferenceError, SyntaxError].some((kind) => error.constructor === kind);
  return unforeseen && !('code' in error) ? (error.stack ?? error.message) : error.message;
}

async function dispatch(
  program: PredictProgram,
  args: readonly string[],
  { stdout, stderr }: Streams,
): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || isHelp(first) || first === 'help') {
    stdout.write(programHelp(program));
    return first === undefined ? 2 : 0;
  }
  if (first === '--version') {
    const { version } = JSON.parse(await readFile(program.manifest, 'utf8')) as { version: string };
    stdout.write(`${program.name} ${version}\n`);
    return 0;
  }
  const command = program.commands.find(({ name }) => name === first);
  if (command === undefined) {
    const names = program.commands.map(({ name }) => name);
    throw new UsageError(`${first}: no such command${suggest(first, names)}`);
  }
  const line = parsePredictLine(command, rest);
  if (line.help) {
    stdout.write(commandHelp(program.name, command));
    return 0;
  }
  const file = command.ownOut === undefined ? line.out : undefined;
  await checkOutputFile('--out', file);
  if (command.usesEngine !== false) {
    const { description } = await selectEngine(line.engine, { threads: line.threads });
    if (!line.json) stderr.write(`${description}\n`);
  }
  let collected = '';
  const write = (text: string) => {
    if (file === undefined) stdout.write(text);
    else collected += text;
  };
  const interrupt = catchInterrupt();
  try {
    await command.run({
      arguments: line.arguments,
      settings: line.settings,
      out: line.out,
      signal: interrupt.signal,
      output: {
        text: (piece) => {
          if (!line.json) write(piece);
        },
        record: (record) => {
          if (line.json) write(`${JSON.stringify(record)}\n`);
        },
      },
    });
  } catch (error) {
    // What an interrupted download or command throws is not a failure.
    if (!interrupt.signal.aborted) {
      // What was found before is as good as it is on the terminal.
      if (file !== undefined && collected !== '') await writeFile(file, collected);
      throw error;
    }
  } finally {
    interrupt.dispose();
  }
  if (interrupt.signal.aborted) {
    if (file !== undefined) stderr.write(`${file}: not written, interrupted\n`);
    return INTERRUPTED;
  }
  if (file !== undefined) await writeFile(file, collected);
  return 0;
}

function programHelp({ name, summary, commands }: PredictProgram): string {
  return [
    `${name}: ${summary}`,
    '',
    `Usage: ${name} COMMAND ...`,
    '',
    'Commands:',
    ...helpTable(commands.map((command) => [command.name, command.summary])),
    '',
    `${name} COMMAND --help lists options, ${name} --version says which it is.`,
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
    '',
  ].join('\n');
}

function commandHelp(program: string, command: PredictCommand): string {
  const { name, summary, arguments: words, ownOut, schema } = command;
  const own = configFields(schema).map((field): [string, string] => {
    const name = `--${optionName(field)}`;
    return isFlagField(field)
      ? [name, describeField(field, { withDefault: false })]
      : [`${name} ${placeholderOf(field)}`, describeField(field)];
  });
  const shown = ({ name: word, optional, many }: PredictArgument) => {
    const one = many ? `${word}...` : word;
    return optional ? `[${one}]` : one;
  };
  const common = {
    ...commonOptions(command),
    ...(ownOut === undefined ? {} : { out: [`--out ${ownOut.name}`, ownOut.description] as const }),
  };
  return [
    `${program} ${name}: ${summary}`,
    '',
    `Usage: ${[program, name, ...words.map(shown)].join(' ')} [options]`,
    '',
    ...(words.length > 0 ? [...helpTable(words.map((word) => [shown(word), word.description])), ''] : []),
    'Options:',
    ...helpTable([...own, ...Object.values(common)]),
    '',
  ].join('\n');
}

import { writeFile } from 'node:fs/promises';
import { CheckpointError } from 'perceiver-checkpoints';
import { ModelError } from 'perceiver-core';
import { catchInterrupt, configFields, INTERRUPTED, type Streams, suggest, UsageError } from 'perceiver-training/node';
import { EngineUnavailableError, selectEngine } from 'tfjs-backend-onnxruntime';
import { COMMON_OPTIONS, optionName, parsePredictLine } from './parse-predict-line.js';
import type { PredictCommand } from './predict-command.js';

export interface PredictProgram {
  readonly name: string;
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
  try {
    return await dispatch(program, args, streams);
  } catch (error) {
    const usage = error instanceof UsageError;
    const known =
      usage || [CheckpointError, ModelError, RangeError, EngineUnavailableError].some((kind) => error instanceof kind);
    const text =
      known || !(error instanceof Error) ? String((error as Error).message ?? error) : (error.stack ?? error.message);
    streams.stderr.write(`${program.name}: ${text}\n${usage ? `${program.name} --help tells more.\n` : ''}`);
    return usage ? 2 : 1;
  }
}

async function dispatch(
  program: PredictProgram,
  args: readonly string[],
  { stdout, stderr }: Streams,
): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first === '--help') {
    stdout.write(programHelp(program));
    return first === undefined ? 2 : 0;
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
  const { description } = await selectEngine(line.engine, { threads: line.threads });
  if (!line.json) stderr.write(`${description}\n`);
  let collected = '';
  const write = (text: string) => {
    if (line.out === undefined) stdout.write(text);
    else collected += text;
  };
  const interrupt = catchInterrupt();
  try {
    await command.run({
      argument: line.argument,
      settings: line.settings,
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
  } finally {
    interrupt.dispose();
  }
  if (line.out !== undefined) await writeFile(line.out, collected);
  return interrupt.signal.aborted ? INTERRUPTED : 0;
}

function programHelp({ name, summary, commands }: PredictProgram): string {
  return [
    `${name}: ${summary}`,
    '',
    `Usage: ${name} COMMAND ...`,
    '',
    'Commands:',
    ...table(commands.map((command) => [command.name, command.summary])),
    '',
    `${name} COMMAND --help lists options.`,
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
    '',
  ].join('\n');
}

function commandHelp(program: string, { name, summary, argument, schema }: PredictCommand): string {
  const own = configFields(schema).map((field): [string, string] => {
    const kind = field.choices?.join('|') ?? (field.types.some((type) => /number|integer/.test(type)) ? 'N' : 'TEXT');
    const fallback = field.default === undefined ? '' : ` (default ${JSON.stringify(field.default)})`;
    return [`--${optionName(field)} ${kind}`, `${field.description ?? ''}${fallback}`.trim()];
  });
  const word = argument.optional ? `[${argument.name}]` : argument.name;
  return [
    `${program} ${name}: ${summary}`,
    '',
    `Usage: ${program} ${name} ${word} [options]`,
    '',
    ...table([[word, argument.description]]),
    '',
    'Options:',
    ...table([...own, ...Object.values(COMMON_OPTIONS)]),
    '',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

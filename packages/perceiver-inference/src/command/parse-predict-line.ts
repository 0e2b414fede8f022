import { parseArgs } from 'node:util';
import { type ConfigField, checkConfig, configFields, suggest, UsageError } from 'perceiver-training/node';
import { type EngineName, engineNames } from 'tfjs-backend-onnxruntime';
import type { PredictCommand } from './predict-command.js';

/** What every command that applies a model takes. */
const COMMON_OPTIONS = {
  engine: ['--engine NAME', `${['auto', ...engineNames].join(', ')} (default auto)`],
  threads: ['--threads N', "threads of the engine (default: the engine's choice)"],
  out: ['--out FILE', 'write results to a file instead of stdout'],
  json: ['--json', 'JSON lines'],
  help: ['--help', 'this text'],
} as const;

/** Those of the common options that a command takes. */
export function commonOptions({ usesEngine = true }: PredictCommand): Partial<typeof COMMON_OPTIONS> {
  const { engine, threads, ...rest } = COMMON_OPTIONS;
  return usesEngine ? COMMON_OPTIONS : rest;
}

export interface PredictLine {
  readonly arguments: readonly string[];
  readonly settings: unknown;
  readonly engine: EngineName | 'auto';
  readonly threads?: number;
  readonly out?: string;
  readonly json: boolean;
  readonly help: boolean;
}

/** `bytesPerMask` as `bytes-per-mask`. */
export const optionName = ({ path }: Pick<ConfigField, 'path'>): string =>
  path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Whether a setting is on or off: an option without a value. */
export const isFlagField = ({ types }: ConfigField): boolean => types.length === 1 && types[0] === 'boolean';

/** Whether a setting takes numbers. */
export const isNumber = ({ types }: ConfigField): boolean =>
  types.some((type) => type === 'number' || type === 'integer');

export const isHelp = (word: string): boolean => word === '--help' || word === '-h';

/** Parses what follows the subcommand. Throws UsageError, which names the nearest known option. */
export function parsePredictLine(command: PredictCommand, args: readonly string[]): PredictLine {
  const fields = new Map(configFields(command.schema).map((field) => [optionName(field), field]));
  const isFlag = (name: string) => {
    const field = fields.get(name);
    return field === undefined ? name === 'json' || name === 'help' : isFlagField(field);
  };
  const names = [...Object.keys(commonOptions(command)), ...fields.keys()];
  const options = Object.fromEntries(
    names.map((name) => [name, { type: isFlag(name) ? ('boolean' as const) : ('string' as const) }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  const words: string[] = [];
  const common: Record<string, string> = {};
  const settings: Record<string, unknown> = {};
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName, value } = token;
    const name = isHelp(rawName) ? 'help' : token.name;
    if (!rawName.startsWith('--') && name !== 'help') {
      const word = args[token.index]!;
      throw new UsageError(`${word}: no such option; a file of that name is ./${word}`);
    }
    if (!names.includes(name)) {
      throw new UsageError(
        `${rawName}: no such option${suggest(
          rawName,
          names.map((known) => `--${known}`),
        )}`,
      );
    }
    if (!isFlag(name) && (value === undefined || value.startsWith('--')))
      throw new UsageError(`${rawName}: expected a value`);
    if (given.has(name) && !isFlag(name)) throw new UsageError(`${rawName}: expected once, got twice`);
    given.add(name);
    const field = fields.get(name);
    if (field === undefined) common[name] = value ?? 'true';
    else if (isFlagField(field)) settings[field.path] = true;
    else settings[field.path] = isNumber(field) ? numberOf(rawName, value!) : value;
  }
  const help = common.help !== undefined;
  if (!help) checkWords(command, words);
  return {
    arguments: words,
    settings: help
      ? {}
      : checkConfig(command.schema, settings, (path) => (path === '' ? 'options' : `--${optionName({ path })}`)),
    engine: engineOf(common.engine),
    threads: common.threads === undefined ? undefined : threadsOf(common.threads),
    out: common.out,
    json: common.json !== undefined,
    help,
  };
}

function checkWords({ name, arguments: expected }: PredictCommand, words: readonly string[]): void {
  const missing = expected.find((argument, index) => !argument.optional && words[index] === undefined);
  if (missing !== undefined) throw new UsageError(`${name}: expected a ${missing.name}`);
  if (words.length > expected.length && !expected.at(-1)?.many) {
    const what = expected.map((argument) => argument.name).join(' ') || 'options only';
    throw new UsageError(`${words[expected.length]}: expected ${what}; put words that belong together in quotes`);
  }
}

function numberOf(option: string, value: string): number {
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) throw new UsageError(`${option}: expected a number, got ${value}`);
  return number;
}

function threadsOf(value: string): number {
  const threads = Number(value);
  if (!(Number.isSafeInteger(threads) && threads >= 1)) {
    throw new UsageError(`--threads: expected a whole number from 1, got ${value}`);
  }
  return threads;
}

function engineOf(name = 'auto'): EngineName | 'auto' {
  const known: readonly string[] = ['auto', ...engineNames];
  if (!known.includes(name)) throw new UsageError(`--engine ${name}: no such engine${suggest(name, known)}`);
  return name as EngineName | 'auto';
}

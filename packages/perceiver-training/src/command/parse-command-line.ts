import { parseArgs } from 'node:util';
import type { ConfigField } from './config-fields.js';
import { suggest } from './nearest.js';
import { parseValue } from './parse-value.js';
import { UsageError } from './usage-error.js';

const COMMON = {
  preset: 'string',
  config: 'string',
  seed: 'string',
  out: 'string',
  resume: 'string',
  engine: 'string',
  threads: 'string',
  'dry-run': 'boolean',
  json: 'boolean',
  help: 'boolean',
} as const;

/** A subcommand's command line. */
export interface CommandLine {
  readonly preset?: string;
  readonly config?: string;
  readonly seed?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly engine?: string;
  readonly threads?: number;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** Settings by dotted path. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Parses what follows the subcommand. Throws UsageError for unknown options (naming the nearest) and missing values. */
export function parseCommandLine(args: readonly string[], fields: readonly ConfigField[]): CommandLine {
  const byPath = new Map(fields.map((field) => [field.path, field]));
  const options = Object.fromEntries([
    ...fields.map(({ path }) => [path, { type: 'string' as const, multiple: true }]),
    ...Object.entries(COMMON).map(([name, type]) => [name, { type }]),
  ]);
  const { tokens } = parseArgs({ args: withValues(args, byPath), options, strict: false, tokens: true });
  const values: Record<string, string | true> = {};
  const settings: Record<string, unknown> = {};
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new UsageError(`${token.value}: expected options only, such as --preset NAME`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const field = byPath.get(name);
    const common = COMMON[name as keyof typeof COMMON];
    if (!field && !common)
      throw new UsageError(
        `${rawName}: no such option${suggest(
          rawName,
          [...Object.keys(COMMON), ...byPath.keys()].map((known) => `--${known}`),
        )}`,
      );
    if (common === 'boolean') values[name] = true;
    else if (value === undefined || value.startsWith('--')) throw new UsageError(`${rawName}: expected a value`);
    else if (field) settings[name] = parseValue(value, field);
    else values[name] = value;
  }
  return {
    preset: text(values.preset),
    config: text(values.config),
    seed: whole('--seed', values.seed, 0),
    out: text(values.out),
    resume: text(values.resume),
    engine: text(values.engine),
    threads: whole('--threads', values.threads, 1),
    dryRun: values['dry-run'] === true,
    json: values.json === true,
    help: values.help === true,
    settings,
  };
}

/** `--x -1` as `--x=-1` and a bare `--flag` as `--flag=true`: parseArgs would take what follows for an option, or for the value. */
function withValues(args: readonly string[], byPath: ReadonlyMap<string, ConfigField>): string[] {
  const result: string[] = [];
  args.forEach((arg, i) => {
    const previous = result.at(-1);
    const bare = arg.startsWith('--') && byPath.get(arg.slice(2))?.types.includes('boolean');
    if (bare && args[i + 1] !== 'true' && args[i + 1] !== 'false') result.push(`${arg}=true`);
    else if (/^-[\d.]/.test(arg) && previous?.startsWith('--') && !previous.includes('='))
      result[result.length - 1] = `${previous}=${arg}`;
    else result.push(arg);
  });
  return result;
}

function text(value: string | true | undefined): string | undefined {
  return value === true ? undefined : value;
}

function whole(option: string, value: string | true | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < least || value === '')
    throw new UsageError(`${option}: expected a whole number from ${least}, got ${value}`);
  return number;
}

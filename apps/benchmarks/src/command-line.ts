import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from 'perceiver-training/node';

/** Options and positionals of a command line, as `parseArgs` of Node gives them. Throws UsageError. */
export function parseCommandLine<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** An option that takes a string. */
export const text = <D extends string | undefined = undefined>(fallback?: D) =>
  ({ type: 'string', default: fallback }) as { type: 'string'; default: D };

/** An option that is there or not. */
export const flag = { type: 'boolean', default: false } as const;

/** The value of an option `--name` that takes a whole number. Throws UsageError. */
export function wholeNumber(name: string, value: string | undefined, least = 1): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`--${name}: expected a whole number from ${least}, got ${value}`);
}

/** The value of an option `--name` that takes minutes; without it there is no limit. Throws UsageError. */
export function minutesOf(name: string, value: string | undefined): number {
  const minutes = value === undefined ? Number.POSITIVE_INFINITY : Number(value);
  if (minutes > 0) return minutes;
  throw new UsageError(`--${name}: expected a number above 0, got ${value}`);
}

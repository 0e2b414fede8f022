import type { z } from 'zod';
import type { Progress } from '../progress/progress.js';
import type { PlainConfig } from './merge-config.js';

/** A published experiment or a small variant of one. */
export interface Preset {
  /** One line: what it is, what to expect, what it costs. */
  readonly summary: string;
  /** Settings that differ from the schema's defaults. */
  readonly config: PlainConfig;
}

/** What every training command takes besides its configuration. */
export interface RunOptions {
  /** Folder of the run. */
  readonly out: string;
  /** Whether `out` holds a run to go on with. */
  readonly resume: boolean;
  readonly seed: number;
  readonly preset: string | undefined;
  /** JSON lines on stdout. */
  readonly json: boolean;
  /** Name of the engine, for `selectEngine`. */
  readonly engine: string;
  /** Threads of the engine; its own choice if undefined. */
  readonly threads: number | undefined;
}

/** What a command runs with. */
export interface CommandContext<C> {
  readonly config: C;
  readonly options: RunOptions;
  /** To be written into the run's folder as `config.json`; `--resume` reads it. */
  readonly resolved: PlainConfig;
  /** Aborted by the first Ctrl-C; the process then exits with 130. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Prints results: text as it is, or with `--json` the record as a line. */
  readonly print: (text: string, record: PlainConfig) => void;
}

/** A subcommand that trains. */
export interface TrainingCommand<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** A strict object schema: source of the types, the checks and `--help`. */
  readonly schema: S;
  readonly presets: Readonly<Record<string, Preset>>;
  readonly defaultPreset?: string;
  /** Lines that `--dry-run` adds to the resolved configuration, such as the number of parameters. */
  readonly describe?: (config: z.output<S>) => string | Promise<string>;
  readonly run: (context: CommandContext<z.output<S>>) => Promise<void>;
}

/** Keeps the types of a command's schema and function together. */
export function trainingCommand<S extends z.ZodType>(command: TrainingCommand<S>): TrainingCommand {
  return command as unknown as TrainingCommand;
}

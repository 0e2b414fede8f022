import type { PlainConfig } from 'perceiver-training/node';
import type { z } from 'zod';

/** What a command prints to. */
export interface PredictOutput {
  /** Text as it comes; with `--json` nothing, with `--out` into the file. */
  text(piece: string): void;
  /** A result: with `--json` a line, otherwise nothing. */
  record(record: PlainConfig): void;
}

/** What a command runs with. */
export interface PredictContext<C> {
  /** The word that is no option; empty when optional and missing. */
  readonly argument: string;
  readonly settings: C;
  readonly output: PredictOutput;
  /** Aborted by Ctrl-C; the process then exits with 130. */
  readonly signal: AbortSignal;
}

/** A subcommand that applies a model. */
export interface PredictCommand<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly argument: { readonly name: string; readonly description: string; readonly optional?: boolean };
  /** A strict object schema without sections: source of the types, the checks and `--help`. */
  readonly schema: S;
  readonly run: (context: PredictContext<z.output<S>>) => Promise<void>;
}

/** Keeps the types of a command's schema and function together. */
export function predictCommand<S extends z.ZodType>(command: PredictCommand<S>): PredictCommand {
  return command as unknown as PredictCommand;
}

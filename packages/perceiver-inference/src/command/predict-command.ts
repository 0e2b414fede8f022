import type { PlainConfig } from 'perceiver-training/node';
import type { z } from 'zod';

/** What a command prints to. */
export interface PredictOutput {
  /** Text as it comes; with `--json` nothing. Goes into the file of `--out`, unless the command uses that itself. */
  text(piece: string): void;
  /** A result: with `--json` a line, otherwise nothing. */
  record(record: PlainConfig): void;
}

/** What a command runs with. */
export interface PredictContext<C> {
  /** The words that are no options, as many as the command's `arguments` say. */
  readonly arguments: readonly string[];
  /** `--out`, for a command with `ownOut`. */
  readonly out: string | undefined;
  readonly settings: C;
  readonly output: PredictOutput;
  /** Aborted by Ctrl-C; the process then exits with 130. */
  readonly signal: AbortSignal;
}

/** A word of a command line that is no option. */
export interface PredictArgument {
  readonly name: string;
  readonly description: string;
  /** Whether it may be missing; only the last ones may. */
  readonly optional?: boolean;
  /** Whether it takes all words that are left, at least one; only the last may. */
  readonly many?: boolean;
}

/** A subcommand that applies a model. */
export interface PredictCommand<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly arguments: readonly PredictArgument[];
  /** What `--out` takes and means, where it is not a file for what is printed. */
  readonly ownOut?: { readonly name: string; readonly description: string };
  /** Whether it computes with an engine, and so takes `--engine` and `--threads`; true by default. */
  readonly usesEngine?: boolean;
  /** A strict object schema without sections: source of the types, the checks and `--help`. */
  readonly schema: S;
  readonly run: (context: PredictContext<z.output<S>>) => Promise<void>;
}

/** Keeps the types of a command's schema and function together. */
export function predictCommand<S extends z.ZodType>(command: PredictCommand<S>): PredictCommand {
  return command as unknown as PredictCommand;
}

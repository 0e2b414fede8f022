import { readFile } from 'node:fs/promises';
import { CheckpointFormatError, CheckpointNotFoundError } from '../errors.js';

/** What `config.json` holds: the model's kind and sizes, under the names of Hugging Face transformers. */
export type ModelConfig = Readonly<Record<string, unknown>>;

// Real ones have a few kilobytes, at most some hundred for thousands of labels.
const LARGEST_JSON = 32 * 2 ** 20;

/** Reads a file that must hold a JSON object. Throws CheckpointNotFoundError or CheckpointFormatError. */
export async function readJsonObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new CheckpointNotFoundError(`${path}: no such file`, { cause: error });
    throw new CheckpointFormatError(path, `cannot be read (${error.message})`, { cause: error });
  });
  if (bytes.byteLength > LARGEST_JSON) {
    throw new CheckpointFormatError(path, `expected at most ${LARGEST_JSON} bytes, got ${bytes.byteLength}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new CheckpointFormatError(path, `expected JSON (${(error as Error).message})`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CheckpointFormatError(path, 'expected a JSON object');
  }
  return value as Record<string, unknown>;
}

/** Reads a model's `config.json`. */
export const readConfig: (path: string) => Promise<ModelConfig> = readJsonObject;

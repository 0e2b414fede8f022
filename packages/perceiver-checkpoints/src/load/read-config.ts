import { CheckpointFormatError } from '../errors.js';
import { fileSource } from '../file-source.js';
import { LARGEST_JSON, parseJsonObject } from '../json/parse-json-object.js';

/** What `config.json` holds: the model's kind and sizes, under the names of Hugging Face transformers. */
export type ModelConfig = Readonly<Record<string, unknown>>;

/** Reads a file that must hold a JSON object. Throws CheckpointNotFoundError or CheckpointFormatError. */
export async function readJsonObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  const source = await fileSource(path);
  try {
    if (source.size > LARGEST_JSON) {
      throw new CheckpointFormatError(path, `expected at most ${LARGEST_JSON} bytes, got ${source.size}`);
    }
    const bytes = new Uint8Array(source.size);
    await source.read(bytes, 0);
    return parseJsonObject(path, bytes);
  } finally {
    await source.close();
  }
}

/** Reads a model's `config.json`. */
export const readConfig: (path: string) => Promise<ModelConfig> = readJsonObject;

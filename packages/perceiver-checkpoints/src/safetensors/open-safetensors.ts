import type { CheckpointReader } from '../checkpoint-reader.js';
import { fileSource } from '../file-source.js';
import { readSafetensors } from './parse-safetensors.js';

/** Opens a `.safetensors` file. Tensors are read when asked for; close it when done. */
export async function openSafetensors(path: string): Promise<CheckpointReader> {
  const source = await fileSource(path);
  try {
    return await readSafetensors(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

import { openSafetensors } from 'perceiver-checkpoints';
import type { Numbers } from './compare.js';

/** All tensors of a file, in the precision they are stored in. */
export async function readExactly(path: string): Promise<Map<string, Numbers>> {
  const reader = await openSafetensors(path);
  try {
    const tensors = new Map<string, Numbers>();
    for (const [name, { shape }] of reader.tensors) {
      const { data } = await reader.read(name);
      const values = data instanceof BigInt64Array ? Array.from(data, Number) : (data as Float64Array);
      tensors.set(name, { shape, values });
    }
    return tensors;
  } finally {
    await reader.close();
  }
}

import { type FlatBuffers, readParameters } from '../parameters/flat-buffers.js';
import type { ParameterLayout } from '../parameters/parameter-layout.js';
import type { Batch } from './loss-function.js';

/** The first tensor that holds NaN or an infinity, in the order in which it can be the cause. */
export async function findNonFinite(
  layout: ParameterLayout,
  { batches, parameters, gradients }: { batches: readonly Batch[]; parameters: FlatBuffers; gradients: FlatBuffers },
): Promise<{ tensor: string; value: number } | undefined> {
  for (const batch of batches)
    for (const [name, tensor] of Object.entries(batch)) {
      if (tensor.dtype !== 'float32') continue;
      const value = nonFinite((await tensor.data()) as Float32Array);
      if (value !== undefined) return { tensor: `batch tensor ${name}`, value };
    }
  for (const [kind, buffers] of Object.entries({ gradient: gradients, parameter: parameters })) {
    let found: { tensor: string; value: number } | undefined;
    await readParameters(layout, buffers, (name, numbers) => {
      const value = found ? undefined : nonFinite(numbers);
      if (value !== undefined) found = { tensor: kind === 'gradient' ? `the gradient of ${name}` : name, value };
    });
    if (found) return found;
  }
  return undefined;
}

function nonFinite(numbers: Float32Array): number | undefined {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return numbers[i];
  return undefined;
}

import { fourierFeatures, gridPositions, linspace } from 'perceiver-core';
import type { ParityAdapter } from '../adapter.js';
import { OUTPUT_LIMIT, relativeDifference, rowCollector } from '../compare.js';
import type { HostTensor } from '../fixture.js';

interface Encoding {
  readonly index_dims: number[];
  readonly max_resolution: number[];
  readonly num_bands: number;
  readonly positions: string;
}

/** Positions and Fourier features at released sizes (PARITY, section 3). */
export const fourierAdapter: ParityAdapter = {
  recognises: (fixture) => fixture.has('fourier.safetensors'),
  check: async (fixture) => {
    const collector = rowCollector();
    const stored = await fixture.read('fourier.safetensors');
    const add = (key: string, values: Float32Array): void => {
      const reference = stored[key] as HostTensor;
      collector.add(
        key.replace(/\.\d+$/, '.*'),
        key,
        relativeDifference({ shape: reference.shape, values }, reference),
        OUTPUT_LIMIT,
      );
    };
    for (const [name, encoding] of Object.entries(fixture.meta as Record<string, unknown>)) {
      const { index_dims: sizes, max_resolution: maxResolution, num_bands: numBands, positions } = encoding as Encoding;
      const rule = positions.startsWith('query') ? 'query' : 'end-inclusive';
      const points = gridPositions(sizes, { rule, indices: stored[`${name}.index`]!.values });
      add(`${name}.positions`, points);
      add(`${name}.features`, fourierFeatures(points, { numBands, maxResolution }));
      maxResolution.forEach((resolution, axis) => {
        add(`${name}.bands.${axis}`, linspace(1, resolution / 2, numBands));
        if (rule === 'end-inclusive') add(`${name}.linspace.${axis}`, linspace(-1, 1, sizes[axis]!));
      });
    }
    return collector.rows();
  },
};

import * as tf from '@tensorflow/tfjs';
import { flowStitcher, neighbourhoods, patchRows, tileCorners, tileWeights } from 'perceiver-optical-flow';
import type { ParityAdapter } from '../adapter.js';
import { OUTPUT_LIMIT, relativeDifference, rowCollector, toHost } from '../compare.js';
import { toTensor } from '../fixture.js';

interface Grid {
  readonly image: [number, number];
  readonly tile: [number, number];
  readonly min_overlap: number;
  readonly corners: [number, number][];
}

/** Neighbourhoods of pixels, tiles of large images and how their flow is joined (PARITY, section 2.5). */
export const flowUtilsAdapter: ParityAdapter = {
  recognises: (fixture) => fixture.has('flow_utils.safetensors'),
  check: async (fixture) => {
    const collector = rowCollector();
    const stored = await fixture.read('flow_utils.safetensors');
    const grids = fixture.meta.grids as Grid[];

    const frames = toTensor(stored.frames!).cast('float32').div(255).mul(2).sub(1).expandDims<tf.Tensor5D>(0);
    const expected = patchRows(toTensor(stored.patches!) as tf.Tensor5D);
    const patches = relativeDifference(await toHost(neighbourhoods(frames)), await toHost(expected));
    collector.add('patches', 'patches', patches, OUTPUT_LIMIT);

    for (const { image, tile, min_overlap: overlap, corners } of grids) {
      const same = JSON.stringify(tileCorners(image, tile, overlap)) === JSON.stringify(corners);
      collector.add('corners of tiles', image.join(' x '), same ? 0 : 1, 0);
    }

    const { grid } = fixture.meta.stitch as { grid: number };
    const { image, tile, corners } = grids[grid]!;
    const weights = { shape: [...tile], values: tileWeights(tile) };
    collector.add('weights', 'weights', relativeDifference(weights, stored['stitch.weights']!), OUTPUT_LIMIT);
    const stitcher = flowStitcher(image, tile);
    const numbers = tile[0] * tile[1] * 2;
    const tiles = stored['stitch.tiles']!.values as Float32Array;
    corners.forEach(([y, x], i) => {
      stitcher.add(tiles.subarray(i * numbers, (i + 1) * numbers), y, x);
    });
    const flow = { shape: [...image, 2], values: stitcher.result().data };
    collector.add('joined flow', 'flow', relativeDifference(flow, stored['stitch.flow']!), OUTPUT_LIMIT);
    tf.dispose([frames, expected]);
    return collector.rows();
  },
};

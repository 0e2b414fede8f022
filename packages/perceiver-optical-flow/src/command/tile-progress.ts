import { progressLine } from 'perceiver-inference';
import type { EstimateFlowOptions } from '../predict/optical-flow-predictor.js';

/** Tells how many tiles of a pair are done; silent for one tile. */
export function tileProgress(): EstimateFlowOptions['onProgress'] {
  const line = progressLine('estimated', 'tiles');
  return ({ tiles, of }) => {
    if (of > 1) line(tiles, of);
  };
}

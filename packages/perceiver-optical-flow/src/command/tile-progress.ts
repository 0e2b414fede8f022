import type { EstimateFlowOptions } from '../predict/optical-flow-predictor.js';

/** Tells on a terminal how many tiles of a pair are done; silent elsewhere and for one tile. */
export function tileProgress(
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
): EstimateFlowOptions['onProgress'] {
  return ({ tiles, of }) => {
    if (!stream.isTTY || of === 1) return;
    stream.write(`\rtile ${tiles} of ${of}${tiles === of ? '\n' : ''}`);
  };
}

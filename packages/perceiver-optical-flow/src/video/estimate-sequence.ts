import type { RgbImage } from 'perceiver-image-files';
import type { FlowField } from '../flow-field.js';
import type { EstimateFlowOptions, OpticalFlowPredictor } from '../predict/optical-flow-predictor.js';

/** Two frames that follow each other, and the flow between them. */
export interface EstimatedPair {
  readonly frame1: RgbImage;
  readonly frame2: RgbImage;
  readonly flow: FlowField;
}

/** Estimates the flow between all neighbours of a row of frames, one pair at a time. Throws FlowError for sizes that differ. */
export async function* estimateSequence(
  predictor: OpticalFlowPredictor,
  frames: AsyncIterable<RgbImage> | Iterable<RgbImage>,
  options: EstimateFlowOptions = {},
): AsyncGenerator<EstimatedPair, void> {
  let previous: RgbImage | undefined;
  for await (const frame of frames) {
    if (previous !== undefined) {
      yield { frame1: previous, frame2: frame, flow: await predictor.estimate(previous, frame, options) };
    }
    previous = frame;
  }
}

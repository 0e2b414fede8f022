import { type FlowMetrics, flowMetrics, type MeasuredFlow } from 'perceiver-metrics';
import { constantFlow } from '../flow-field.js';
import { bestConstant } from './best-constant.js';

/** What flow without looking at the frames would get. */
export interface FlowControls {
  /** No motion at all: its end-point error is the mean length of the true flow. */
  readonly zero: FlowMetrics;
  /** The best vector for all pixels, which takes the truth to know. */
  readonly constant: FlowMetrics & { readonly flow: readonly [u: number, v: number] };
}

/** Measures zero flow and the best constant flow against the truth. */
export function flowControls(truth: MeasuredFlow): FlowControls {
  const { width, height } = truth;
  const [u, v] = bestConstant(truth);
  return {
    zero: flowMetrics(constantFlow(width, height, 0, 0), truth),
    constant: { ...flowMetrics(constantFlow(width, height, u, v), truth), flow: [u, v] },
  };
}

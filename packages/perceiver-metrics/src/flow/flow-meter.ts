import { MetricError } from '../metric-error.js';

/** Flow as a measure takes it. */
export interface MeasuredFlow {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 2]` */
  readonly data: ArrayLike<number>;
  /** `[height, width]`, 0 where it is not known. */
  readonly valid?: ArrayLike<number>;
}

/** How far flow is from the truth, over pixels where both are known. */
export interface FlowMetrics {
  readonly pixels: number;
  /** Average end-point error: mean length of the difference, in pixels. */
  readonly epe: number;
  /** Percent of pixels with an error above 3 pixels and above 5% of the true length, both strict (KITTI). */
  readonly flAll: number;
  /** Shares of pixels with an error below 1, 3 and 5 pixels. */
  readonly within1px: number;
  readonly within3px: number;
  readonly within5px: number;
  /** By the length of the true flow: below 10, from 10 to 40, and above 40 pixels (Sintel). */
  readonly bySpeed: Readonly<Record<'s0-10' | 's10-40' | 's40+', { readonly pixels: number; readonly epe: number }>>;
  /** Means over the pairs' own figures; the same as above for one pair. */
  readonly pairMeans: { readonly epe: number; readonly flAll: number };
}

/** Collects errors over pairs. */
export interface FlowMeter {
  /** Throws MetricError for sizes that differ. */
  add(flow: MeasuredFlow, truth: MeasuredFlow): void;
  /** NaN where no pixel counts. */
  result(): FlowMetrics;
}

interface Sums {
  pixels: number;
  error: number;
  outliers: number;
}

/** Pixels that are known in both have a 1. */
function isKnown(flow: MeasuredFlow, truth: MeasuredFlow, pixel: number): boolean {
  return flow.valid?.[pixel] !== 0 && truth.valid?.[pixel] !== 0;
}

const isOutlier = (error: number, length: number): boolean => error > 3 && error > 0.05 * length;

/** Measures flow against the truth, one pair or many (PARITY-baselines, section 5). */
export function flowMeter(): FlowMeter {
  const all: Sums = { pixels: 0, error: 0, outliers: 0 };
  const within = { 1: 0, 3: 0, 5: 0 };
  const speeds = [0, 1, 2].map(() => ({ pixels: 0, error: 0 }));
  const pairs = { count: 0, epe: 0, flAll: 0 };
  return {
    add: (flow, truth) => {
      const { width, height } = truth;
      if (flow.width !== width || flow.height !== height) {
        throw new MetricError(
          `flow: expected the truth's size, ${width} x ${height}, got ${flow.width} x ${flow.height}`,
        );
      }
      const own: Sums = { pixels: 0, error: 0, outliers: 0 };
      for (let pixel = 0; pixel < width * height; pixel++) {
        if (!isKnown(flow, truth, pixel)) continue;
        const [u, v] = [truth.data[2 * pixel]!, truth.data[2 * pixel + 1]!];
        const [du, dv] = [flow.data[2 * pixel]! - u, flow.data[2 * pixel + 1]! - v];
        const error = Math.sqrt(du * du + dv * dv);
        const length = Math.sqrt(u * u + v * v);
        own.pixels++;
        own.error += error;
        if (isOutlier(error, length)) own.outliers++;
        for (const limit of [1, 3, 5] as const) if (error < limit) within[limit]++;
        const speed = speeds[length < 10 ? 0 : length <= 40 ? 1 : 2]!;
        speed.pixels++;
        speed.error += error;
      }
      for (const key of ['pixels', 'error', 'outliers'] as const) all[key] += own[key];
      if (own.pixels === 0) return;
      pairs.count++;
      pairs.epe += own.error / own.pixels;
      pairs.flAll += (100 * own.outliers) / own.pixels;
    },
    result: () => {
      const [slow, middle, fast] = speeds.map(({ pixels, error }) => ({ pixels, epe: error / pixels }));
      return {
        pixels: all.pixels,
        epe: all.error / all.pixels,
        flAll: (100 * all.outliers) / all.pixels,
        within1px: within[1] / all.pixels,
        within3px: within[3] / all.pixels,
        within5px: within[5] / all.pixels,
        bySpeed: { 's0-10': slow!, 's10-40': middle!, 's40+': fast! },
        pairMeans: { epe: pairs.epe / pairs.count, flAll: pairs.flAll / pairs.count },
      };
    },
  };
}

/** The metrics of one pair. Throws MetricError for sizes that differ. */
export function flowMetrics(flow: MeasuredFlow, truth: MeasuredFlow): FlowMetrics {
  const meter = flowMeter();
  meter.add(flow, truth);
  return meter.result();
}

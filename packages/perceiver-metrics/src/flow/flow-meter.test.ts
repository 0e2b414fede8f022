import { expect, it } from 'vitest';
import { MetricError } from '../metric-error.js';
import { flowMeter, flowMetrics } from './flow-meter.js';

it('measures flow as one does by hand', () => {
  const truth = { width: 4, height: 1, data: [3, 4, 0, 0, 30, 40, 0, 0], valid: [1, 1, 1, 0] };
  const flow = { width: 4, height: 1, data: [0, 0, 0, 1, 30, 43.5, 9, 9] };
  const metrics = flowMetrics(flow, truth);
  expect(metrics.pixels).toBe(3);
  expect(metrics.epe).toBeCloseTo((5 + 1 + 3.5) / 3, 12);
  // 3.5 of 50 pixels are 7%; 5 of 5 are all.
  expect(metrics.flAll).toBeCloseTo(200 / 3, 12);
  expect([metrics.within1px, metrics.within3px, metrics.within5px]).toEqual([0, 1 / 3, 2 / 3]);
  expect(metrics.bySpeed).toEqual({
    's0-10': { pixels: 2, epe: 3 },
    's10-40': { pixels: 0, epe: Number.NaN },
    's40+': { pixels: 1, epe: 3.5 },
  });
});

it('pools pixels, and means pairs', () => {
  const meter = flowMeter();
  const truth = (width: number) => ({ width, height: 1, data: new Float32Array(2 * width) });
  meter.add({ width: 1, height: 1, data: [0, 4] }, truth(1));
  meter.add({ width: 3, height: 1, data: [0, 0, 0, 0, 0, 0] }, truth(3));
  meter.add({ width: 1, height: 1, data: [9, 9] }, { ...truth(1), valid: [0] });
  expect(meter.result()).toMatchObject({ pixels: 4, epe: 1, flAll: 25, pairMeans: { epe: 2, flAll: 50 } });
});

it('does not compare flow of other sizes', () => {
  const size = (width: number, height: number) => ({ width, height, data: new Float32Array(2 * width * height) });
  expect(() => flowMetrics(size(3, 2), size(2, 3))).toThrow(MetricError);
});

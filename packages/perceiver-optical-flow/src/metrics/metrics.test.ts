import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { flowMetrics } from 'perceiver-metrics';
import { describe, expect, it } from 'vitest';
import { readFlow } from '../files/flow-files.js';
import { constantFlow } from '../flow-field.js';
import { bestConstant } from './best-constant.js';
import { flowControls } from './flow-controls.js';

describe('controls', () => {
  it('are the best without looking', () => {
    const truth = { ...constantFlow(5, 4, 3, -4), valid: new Uint8Array(20).fill(1, 0, 13) };
    truth.data[0] = 100;
    truth.data[39] = 1e6; // not known
    const { zero, constant } = flowControls(truth);
    expect(zero.epe).toBeCloseTo((12 * 5 + Math.hypot(100, -4)) / 13, 6);
    // One pixel of thirteen does not move the median, while it moves the mean.
    expect(constant.flow[0]).toBeCloseTo(3, 2);
    expect(constant.flow[1]).toBeCloseTo(-4, 2);
    expect(constant.epe).toBeCloseTo(97 / 13, 2);
    expect(bestConstant({ width: 1, height: 1, data: [1, 2], valid: [0] })).toEqual([Number.NaN, Number.NaN]);
  });
});

const data = '../shared/data/flow';

describe.skipIf(!existsSync(data))('real pairs', () => {
  it.each(['sintel-alley_1-clean/frame_0001.flo', 'kitti/flow_gt.png', 'flyingchairs/0000000-gt.flo'])(
    '%s',
    async (name) => {
      const truth = await readFlow(join(data, name));
      let [length, count] = [0, 0];
      for (let i = 0; i < truth.width * truth.height; i++) {
        if (truth.valid?.[i] === 0) continue;
        length += Math.sqrt(truth.data[2 * i]! ** 2 + truth.data[2 * i + 1]! ** 2);
        count++;
      }
      const { zero, constant } = flowControls(truth);
      expect(zero.epe).toBeCloseTo(length / count, 6);
      expect(constant.epe).toBeLessThan(zero.epe);
      const { bySpeed, pixels } = zero;
      expect(bySpeed['s0-10'].pixels + bySpeed['s10-40'].pixels + bySpeed['s40+'].pixels).toBe(pixels);
      // No nearby vector is better than the one found.
      for (const [du, dv] of [
        [0.1, 0],
        [-0.1, 0],
        [0, 0.1],
        [0, -0.1],
      ] as const) {
        const other = constantFlow(truth.width, truth.height, constant.flow[0] + du, constant.flow[1] + dv);
        expect(flowMetrics(other, truth).epe).toBeGreaterThan(constant.epe - 1e-6);
      }
      expect(flowMetrics(truth, truth)).toMatchObject({ epe: 0, flAll: 0, within1px: 1 });
    },
  );
});

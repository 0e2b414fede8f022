import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSafetensors } from 'perceiver-checkpoints';
import { describe, expect, it } from 'vitest';
import { readFlow } from '../files/flow-files.js';
import { FlowError } from '../flow-error.js';
import { constantFlow } from '../flow-field.js';
import { bestConstant } from './best-constant.js';
import { flowControls } from './flow-controls.js';
import { flowMeter, flowMetrics } from './flow-meter.js';

describe('flow metrics', () => {
  it('are what they are by hand', () => {
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

  it('do not compare flow of other sizes', () => {
    expect(() => flowMetrics(constantFlow(3, 2, 0, 0), constantFlow(2, 3, 0, 0))).toThrow(FlowError);
  });

  it('come with controls', () => {
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

const fixtures = '../shared/fixtures-baselines/metrics';

describe.skipIf(!existsSync(fixtures))('the reference metrics', () => {
  const { cases } = JSON.parse(readFileSync(join(fixtures, 'metrics.json'), 'utf8')) as {
    cases: { name: string; inputs: Record<string, string>; values: Record<string, number> }[];
  };
  it.each(cases.filter(({ name }) => name.startsWith('flow/')))('$name', async ({ inputs, values }) => {
    const reader = await openSafetensors(join(fixtures, 'inputs.safetensors'));
    const read = async (name: string) => {
      const { data } = await reader.read(inputs[name]!);
      return Array.from(data as ArrayLike<number | bigint>, Number);
    };
    const [flow, target, valid] = [await read('flow'), await read('target'), await read('valid')];
    const [batch, height, width] = reader.tensors.get(inputs.valid!)!.shape as [number, number, number];
    await reader.close();
    const meter = flowMeter();
    const unmasked = flowMeter();
    const pixels = height * width;
    for (let pair = 0; pair < batch; pair++) {
      const of = (data: number[]) => ({ width, height, data: data.slice(pair * pixels * 2, (pair + 1) * pixels * 2) });
      meter.add(of(flow), { ...of(target), valid: valid.slice(pair * pixels, (pair + 1) * pixels) });
      unmasked.add(of(flow), of(target));
    }
    const { epe, flAll, within1px, within3px, within5px, pairMeans } = meter.result();
    const actual = {
      epe,
      epe_ignoring_valid: unmasked.result().epe,
      epe_mean_of_image_means: pairMeans.epe,
      fl_all_percent: flAll,
      fl_all_percent_mean_of_image_means: pairMeans.flAll,
      share_within_1px: within1px,
      share_within_3px: within3px,
      share_within_5px: within5px,
    };
    expect(Object.keys(actual)).toEqual(Object.keys(values));
    for (const [name, value] of Object.entries(actual)) expect(Math.abs(value - values[name]!)).toBeLessThan(1e-9);
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

import { existsSync, readFileSync } from 'node:fs';
import { openSafetensors } from 'perceiver-checkpoints';
import { describe, expect, it } from 'vitest';
import { peakSignalToNoise } from './psnr.js';

const fixtures = '../shared/fixtures-baselines/metrics';

interface MetricCase {
  readonly name: string;
  readonly inputs: { readonly image: string; readonly target: string };
  readonly options: { readonly peak: number };
  readonly values: { readonly psnr_of_pooled_mse: number | 'Infinity' };
}

describe('peak signal-to-noise ratio', () => {
  it('is 20 dB at a tenth of the range, and infinite for equal signals', () => {
    expect(peakSignalToNoise([0, 1], [0.1, 0.9], 1)).toBeCloseTo(20, 12);
    expect(peakSignalToNoise([0, 1], [0.2, 0.8], 2)).toBeCloseTo(20, 12);
    expect(peakSignalToNoise([0, 1], [0, 1], 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('needs two signals of one length', () => {
    expect(() => peakSignalToNoise([0, 1], [0], 1)).toThrow('got 2 and 1 numbers');
    expect(() => peakSignalToNoise([], [], 1)).toThrow('got 0 and 0 numbers');
  });

  it.skipIf(!existsSync(fixtures))("equals the reference's", async () => {
    const { cases } = JSON.parse(readFileSync(`${fixtures}/metrics.json`, 'utf8')) as { cases: MetricCase[] };
    const reader = await openSafetensors(`${fixtures}/inputs.safetensors`);
    const chosen = cases.filter(({ name }) => name.startsWith('psnr/'));
    expect(chosen.length).toBeGreaterThan(3);
    for (const { inputs, options, values } of chosen) {
      const read = async (name: string) => Array.from((await reader.read(name)).data as Float64Array, Number);
      const found = peakSignalToNoise(await read(inputs.image), await read(inputs.target), options.peak);
      const expected = Number(values.psnr_of_pooled_mse);
      if (Number.isFinite(expected)) expect(found).toBeCloseTo(expected, 9);
      else expect(found).toBe(expected);
    }
    await reader.close();
  });
});

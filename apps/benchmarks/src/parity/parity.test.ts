import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { adapters } from './adapters/index.js';
import { OUTPUT_LIMIT, relativeDifference } from './compare.js';
import { openFixture } from './fixture.js';

const folders = ['../shared/fixtures', '../shared/fixtures-krasserm', '../shared/fixtures-baselines'];
// TensorFlow is not installed by default (docs/engines.md): PERCEIVER_TFJS_NODE names a build of it.
const engines = ['cpu', 'onnxruntime', ...(process.env.PERCEIVER_TFJS_NODE ? ['tensorflow'] : [])];

describe('comparing', () => {
  const of = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });

  it('measures against the largest expected number', () => {
    expect(relativeDifference(of(1, 2, 3), of(1, 2, 4))).toBe(0.25);
    expect(relativeDifference(of(1), of(1, 1))).toBe(0);
    expect(relativeDifference(of(1, 2), of(1, 2, 3))).toBe(Number.POSITIVE_INFINITY);
    expect(relativeDifference(of(Number.NaN, 2), of(1, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(relativeDifference(of(1e-9), of(0))).toBe(Number.POSITIVE_INFINITY);
  });

  it('fails a model that is off', () => {
    expect(relativeDifference(of(1, 2, 3.0001), of(1, 2, 3))).toBeGreaterThan(OUTPUT_LIMIT);
  });
});

describe.skipIf(!folders.every(existsSync))('parity with the reference implementations', () => {
  for (const engine of engines) {
    describe(engine, () => {
      beforeAll(async () => {
        await selectEngine(engine as 'cpu');
      });
      for (const folder of folders.filter(existsSync)) {
        for (const name of readdirSync(folder).sort()) {
          const fixture = openFixture(join(folder, name));
          const adapter = adapters.find((candidate) => candidate.recognises(fixture));
          if (adapter === undefined) continue;
          it(name, async () => {
            const rows = await adapter.check(fixture, { gradients: true });
            expect(rows.length).toBeGreaterThan(2);
            expect(rows.filter(({ difference, limit }) => !(difference <= limit))).toEqual([]);
          });
        }
      }
    });
  }
});

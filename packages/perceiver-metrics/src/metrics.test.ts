import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  argMax,
  averagePrecision,
  averageRanks,
  classScores,
  confusionMatrix,
  crossEntropy,
  dPrime,
  f1Scores,
  inverseNormal,
  labelRank,
  MetricError,
  matthewsCorrelation,
  meanAbsoluteError,
  multilabelMetrics,
  peakSignalToNoise,
  pearson,
  rocAuc,
  spearman,
  topKAccuracy,
} from './index.js';

const classes = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 40 });
const ranked = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(1)), { minLength: 1, maxLength: 40 });
const split = (pairs: readonly (readonly [number, number])[]) =>
  [pairs.map(([a]) => a), pairs.map(([, b]) => b)] as const;

describe('classification', () => {
  const labels = [0, 0, 1, 1, 2];
  const predictions = [0, 1, 1, 1, 0];

  it('is what it is by hand', () => {
    expect(accuracy(predictions, labels)).toBe(3 / 5);
    expect([...confusionMatrix(predictions, labels).counts]).toEqual([1, 1, 0, 0, 2, 0, 1, 0, 0]);
    expect(confusionMatrix([0], [0], 2).counts.length).toBe(4);
    expect(classScores(predictions, labels)).toEqual({ precision: 2 / 3, recall: 1, f1: 4 / 5 });
    expect(classScores(predictions, labels, 2)).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(classScores(predictions, labels, 9).f1).toBe(0);
    const f1 = f1Scores(predictions, labels);
    expect(f1.perClass).toEqual([1 / 2, 4 / 5, 0]);
    expect(f1.macro).toBeCloseTo(1.3 / 3, 15);
    expect(f1.micro).toBe(3 / 5);
    expect(f1.weighted).toBeCloseTo((2 * 0.5 + 2 * 0.8) / 5, 15);
    // (tp tn - fp fn) / sqrt(...) of one class against another.
    expect(matthewsCorrelation([1, 1, 0, 0, 0, 1], [1, 0, 0, 0, 1, 1])).toBeCloseTo((2 * 2 - 1) / 9, 15);
    expect(matthewsCorrelation([1, 1], [0, 1])).toBe(0);
  });

  it('does not depend on order or on names of classes', () => {
    fc.assert(
      fc.property(classes, fc.constantFrom([1, 2, 3, 4, 0], [3, 0, 1, 4, 2]), (pairs, names) => {
        const [a, b] = split(pairs);
        const [c, d] = split([...pairs].reverse().map(([x, y]) => [names[x]!, names[y]!] as const));
        expect(accuracy(c, d)).toBe(accuracy(a, b));
        expect(matthewsCorrelation(c, d)).toBeCloseTo(matthewsCorrelation(a, b), 12);
        expect(f1Scores(c, d).macro).toBeCloseTo(f1Scores(a, b).macro, 12);
        expect(f1Scores(a, b).micro).toBeCloseTo(accuracy(a, b), 12);
      }),
    );
  });

  it('ranks by logits, where NaN is never right', () => {
    expect([0, 1, 2, 3].map((label) => labelRank([1, 3, 1, 2], label))).toEqual([2, 0, 3, 1]);
    expect(labelRank([Number.NaN, 3], 1)).toBe(1);
    expect(labelRank([Number.NaN, Number.NaN], 0)).toBe(2);
    expect([...argMax([1, 3, 3, -1, -2, -1], 3)]).toEqual([1, 0]);
    expect(topKAccuracy([1, 3, 2, 5, 4, 6], [2, 1], 2)).toBe(0.5);
    expect(crossEntropy([0, Math.log(3)], 1)).toBeCloseTo(Math.log(4 / 3), 14);
    expect(crossEntropy([1000, 0], 1)).toBe(1000);
  });

  it('refuses what is no classes', () => {
    expect(() => accuracy([], [])).toThrow(MetricError);
    expect(() => accuracy([1], [1, 2])).toThrow('expected two lists of one length, got 1 and 2');
    expect(() => matthewsCorrelation([0.5], [1])).toThrow('expected predictions from 0 to 1, got 0.5');
    expect(() => matthewsCorrelation([0], [-1])).toThrow('expected labels from 0 to 0, got -1');
    expect(() => f1Scores([1e12], [1])).toThrow('expected 1 to 1000000 whole numbers');
    expect(() => f1Scores([Number.NaN], [1])).toThrow(MetricError);
    expect(() => confusionMatrix([20_000], [1])).toThrow('at most 10000 classes');
    expect(() => confusionMatrix([2], [1], 2)).toThrow('expected predictions from 0 to 1, got 2');
    expect(() => argMax([1, 2, 3], 2)).toThrow('expected rows of 2 numbers, got 3 numbers');
    expect(() => argMax([Number.NaN], 1)).toThrow('got NaN in row 0');
    expect(() => labelRank([1, 2], 2)).toThrow('expected a class below 2, got 2');
    expect(() => topKAccuracy([], [], 1)).toThrow(MetricError);
  });
});

describe('correlation', () => {
  it('is what it is by hand', () => {
    expect(pearson([1, 2, 3], [1, 2, 4])).toBeCloseTo(3 / Math.sqrt(2 * (14 / 3)), 14);
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
    expect(pearson([1, Number.NaN], [1, 2])).toBeNaN();
    expect(spearman([1, Number.NaN, 3], [1, 2, 3])).toBeNaN();
    expect([...averageRanks([10, 20, 10, 30])]).toEqual([1.5, 3, 1.5, 4]);
    expect(spearman([1, 2, 3], [1, 10, 1000])).toBeCloseTo(1, 14);
  });

  it('does not change with offset and scale, and ranks not with any growing function', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(pairs, (list) => {
        const [x, y] = split(list);
        const r = pearson(x, y);
        const moved = x.map((value) => 1e6 + 3 * value);
        if (Number.isNaN(r)) expect(pearson(moved, y)).toBeNaN();
        else expect(pearson(moved, y)).toBeCloseTo(r, 9);
        const rho = spearman(x, y);
        expect(
          spearman(
            x.map((value) => value ** 3),
            y,
          ),
        ).toEqual(rho);
      }),
    );
  });
});

describe('ranking', () => {
  it('is what it is by hand', () => {
    expect(averagePrecision([4, 3, 2, 1], [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 2, 15);
    expect(averagePrecision([Number.POSITIVE_INFINITY, 0], [1, 0])).toBe(1);
    expect(averagePrecision([1, 1], [0, 0])).toBe(0);
    expect(rocAuc([4, 3, 2, 1], [1, 0, 1, 0])).toBe(3 / 4);
    expect(rocAuc([1, 1], [1, 0])).toBe(0.5);
    expect(rocAuc([1, 1], [1, 1])).toBeNaN();
    expect(dPrime(0.5)).toBe(0);
  });

  it('equals definitions by pairs and thresholds', () => {
    fc.assert(
      fc.property(ranked, (list) => {
        const [scores, labels] = split(list);
        const positives = list.filter(([, label]) => label === 1).map(([score]) => score);
        const negatives = list.filter(([, label]) => label === 0).map(([score]) => score);
        let [won, area, recallBefore] = [0, 0, 0];
        for (const p of positives) for (const n of negatives) won += p > n ? 1 : p === n ? 0.5 : 0;
        for (const threshold of [3, 2, 1, 0, -1, -2, -3]) {
          const found = positives.filter((score) => score >= threshold).length;
          const taken = found + negatives.filter((score) => score >= threshold).length;
          const recall = found / positives.length;
          if (found > 0) area += (recall - recallBefore) * (found / taken);
          recallBefore = recall;
        }
        const hasBoth = positives.length > 0 && negatives.length > 0;
        if (!hasBoth) expect(rocAuc(scores, labels)).toBeNaN();
        else expect(rocAuc(scores, labels)).toBeCloseTo(won / positives.length / negatives.length, 12);
        expect(averagePrecision(scores, labels)).toBeCloseTo(positives.length === 0 ? 0 : area, 12);
      }),
    );
  });

  it('leaves classes out that cannot be judged', () => {
    const found = multilabelMetrics([3, 1, 2, 2, 1, 3], [1, 0, 0, 0, 0, 0], 2);
    expect([...found.averagePrecision]).toEqual([1, 0]);
    expect([...found.rocAuc]).toEqual([1, Number.NaN]);
    expect(found).toMatchObject({ mapAllClasses: 0.5, mapClassesWithPositives: 1, meanRocAuc: 1 });
    expect(found.dPrime).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses what is no scores or labels', () => {
    expect(() => averagePrecision([Number.NaN], [1])).toThrow('expected numbers as scores, got NaN at 0');
    expect(() => rocAuc([1, 2], [1, 2])).toThrow('expected labels 0 or 1, got 2 at 1');
    expect(() => multilabelMetrics([1, 2, 3], [1, 0, 1], 2)).toThrow('expected rows of 2 numbers');
  });
});

describe('inverse normal distribution', () => {
  it('knows the quantiles of the tables', () => {
    for (const [probability, quantile] of [
      [0.5, 0],
      [0.75, 0.6744897501960817],
      [0.8413447460685429, 1],
      [0.975, 1.959963984540054],
      [0.9986501019683699, 3],
      [1e-10, -6.361340902404056],
      [1e-300, -37.0470962993612],
      [0.4999, -0.000250662830088],
    ] as const) {
      expect(Math.abs(inverseNormal(probability) - quantile)).toBeLessThan(1e-9 * (1 + Math.abs(quantile)));
    }
    expect([0, 1, -0.1, 1.1, Number.NaN].map(inverseNormal)).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('grows, and is odd about a half', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 0.499, noNaN: true }), (p) => {
        expect(inverseNormal(p)).toBeCloseTo(-inverseNormal(1 - p), 3);
        expect(inverseNormal(p)).toBeLessThan(inverseNormal(p * 1.001));
      }),
    );
  });
});

describe('signals', () => {
  it('have 20 dB at a tenth of the range, and infinitely many when equal', () => {
    expect(peakSignalToNoise([0, 1], [0.1, 0.9], 1)).toBeCloseTo(20, 12);
    expect(peakSignalToNoise([0, 1], [0.2, 0.8], 2)).toBeCloseTo(20, 12);
    expect(peakSignalToNoise([0, 1], [0, 1], 1)).toBe(Number.POSITIVE_INFINITY);
    expect(meanAbsoluteError([1, 2], [2, 4])).toBe(1.5);
  });

  it('need one length', () => {
    expect(() => peakSignalToNoise([0, 1], [0], 1)).toThrow('got 2 and 1 numbers');
    expect(() => peakSignalToNoise([], [], 1)).toThrow('got 0 and 0 numbers');
  });
});

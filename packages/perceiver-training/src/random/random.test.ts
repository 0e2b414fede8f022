import { expect, test } from 'vitest';
import { hostRandom } from './host-random.js';
import { permutation } from './permutation.js';

test('draws depend on seed and path alone', () => {
  const draw = (seed: number, ...path: number[]) => {
    const random = hostRandom(seed, ...path);
    return [random.uniform(), random.integer(1000), random.normal()];
  };
  expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3));
  expect(draw(1, 2, 3)).not.toEqual(draw(1, 3, 2));
  expect(draw(1)).not.toEqual(draw(2));
});

test('uniform numbers have the mean, variance and neighbours of independent draws', () => {
  const random = hostRandom(7);
  const n = 20_000;
  const values = Array.from({ length: n }, () => random.uniform());
  const mean = values.reduce((a, b) => a + b) / n;
  const covariance = (lag: number) =>
    values.slice(lag).reduce((sum, value, i) => sum + (value - mean) * (values[i]! - mean), 0) / (n - lag);
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
  expect(Math.abs(covariance(0) * 12 - 1)).toBeLessThan(0.03);
  for (const lag of [1, 2, 3]) expect(Math.abs(covariance(lag) * 12)).toBeLessThan(0.03);
});

test('integers fill their range evenly', () => {
  const random = hostRandom(3);
  const counts = new Array(7).fill(0);
  for (let i = 0; i < 7000; i++) counts[random.integer(7)]++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  expect(() => random.integer(0)).toThrow(/expected a limit/);
});

test('a permutation holds each number once and differs between epochs', () => {
  const order = permutation(100, 5, 0);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect([...order]).not.toEqual([...permutation(100, 5, 1)]);
});

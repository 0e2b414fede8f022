import { expect, it } from 'vitest';
import { spreadOf } from './spread-of.js';

it('is mean and standard deviation', () => {
  expect(spreadOf([0.5])).toBe('50.0%');
  expect(spreadOf([0.7, 0.8, 0.9])).toBe('80.0% ± 10.0');
});

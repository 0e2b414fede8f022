import { expect, it } from 'vitest';
import { kinetics700Labels, labelNames } from './label-names.js';

it('has 700 classes in order, each once', () => {
  const labels = kinetics700Labels();
  expect(new Set(labels).size).toBe(700);
  expect([labels[0], labels[1], labels[699]]).toEqual(['abseiling', 'acting in play', 'zumba']);
  const sorted = [...labels].sort((a, b) => (a < b ? -1 : 1));
  expect(labels).toEqual(sorted);
});

it("takes a model's own names, and Kinetics' where there are only placeholders for them", () => {
  const placeholders = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [i, `LABEL_${i}`]));
  expect(labelNames(placeholders, 700)[699]).toBe('zumba');
  expect(labelNames({ ...placeholders, 3: 'dancing' }, 700).slice(2, 4)).toEqual(['LABEL_2', 'dancing']);
  expect(labelNames(undefined, 2)).toEqual(['LABEL_0', 'LABEL_1']);
});

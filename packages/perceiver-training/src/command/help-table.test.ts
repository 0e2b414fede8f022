import { expect, it } from 'vitest';
import { describeField, helpTable, placeholderOf } from './help-table.js';

it('wraps descriptions beside their names, and gives long names a line of their own', () => {
  const long = Array.from({ length: 30 }, () => 'words').join(' ');
  const [first, second, ...rest] = helpTable([
    ['--a', long],
    [`--${'b'.repeat(40)}`, 'short'],
    ['--c', ''],
  ]);
  expect(first).toMatch(/^ {2}--a {35}words( words)+$/);
  expect(second).toMatch(/^ {40}words( words)+$/);
  expect(Math.max(first!.length, second!.length)).toBeLessThanOrEqual(116);
  expect(rest.slice(-3)).toEqual([`  --${'b'.repeat(40)}`, `${' '.repeat(40)}short`, '  --c']);
  expect(helpTable([])).toEqual([]);
});

it('names few choices in the placeholder, many in the description', () => {
  const field = { path: 'x', types: ['string'], description: 'what it is', default: 'one' };
  expect(placeholderOf({ ...field, choices: ['one', 'two'] })).toBe('one|two');
  expect(describeField({ ...field, choices: ['one', 'two'] })).toBe('what it is (default one)');
  const many = Array.from({ length: 12 }, (_, i) => `choice-${i}`);
  expect(placeholderOf({ ...field, choices: many })).toBe('NAME');
  expect(describeField({ ...field, choices: many })).toMatch(
    /^what it is: one of choice-0, .*choice-11 \(default one\)$/,
  );
});

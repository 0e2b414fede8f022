import { describe, expect, it } from 'vitest';
import { CheckpointFormatError } from '../errors.js';
import { parseJsonObject } from './parse-json-object.js';

const parse = (text: string) => parseJsonObject('f', new TextEncoder().encode(text), 'part: ');

describe('parseJsonObject', () => {
  it('reads what JSON.parse reads, brackets in strings included', () => {
    for (const value of [{}, { a: [1, { b: null }] }, { '[[[[\\"{': `${'['.repeat(100)}"\\` }]) {
      expect(parse(JSON.stringify(value))).toEqual(value);
      expect(parse(JSON.stringify(value, null, 2))).toEqual(value);
    }
  });

  it.each([
    ['half an object', '{"a":', /f: part: expected JSON/],
    ['an array', '[]', /expected a JSON object/],
    ['a million open brackets', '['.repeat(1e6), /nested at most 32/],
    ['a million empty objects', `{"a":[${'{},'.repeat(1e6)}{}]}`, /at most \d+ arrays and objects, got 1000003/],
    ['40 MB', ' '.repeat(4e7), /at most 33554432 bytes, got 40000000/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(CheckpointFormatError);
    expect(() => parse(text)).toThrow(message);
  });
});

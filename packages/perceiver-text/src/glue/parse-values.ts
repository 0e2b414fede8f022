import type { GlueTask } from './glue-task.js';

/** Throws what is wrong, with the place. */
export type Fail = (problem: string) => never;

/** Highest score of STS-B, which begins at 0. */
export const HIGHEST_SCORE = 5;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** An example's own number, from 0. */
export function parseIndex(value: unknown, fail: Fail): number {
  const isDigits = isNumber(value) || (typeof value === 'string' && /^\d{1,15}$/.test(value));
  const index = isDigits ? Number(value) : -1;
  return index >= 0 ? index : fail(`expected an index, got ${excerpt(value)}`);
}

/** A class' index or a score, as files of a task have it. */
export function parseLabel({ labels, columns }: GlueTask, value: unknown, fail: Fail): number {
  return labels === 'score' ? parseScore(value, fail) : parseClass(value, labels, columns.writes, fail);
}

/** The same for a prediction; a score may be any number. */
export function parsePrediction({ labels, columns }: GlueTask, value: string, fail: Fail): number {
  if (labels !== 'score') return parseClass(value, labels, columns.writes, fail);
  const score = NUMBER.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(score) ? score : fail(`expected a score, got ${excerpt(value)}`);
}

function parseScore(value: unknown, fail: Fail): number {
  const isDecimal = isNumber(value) || (typeof value === 'string' && NUMBER.test(value));
  const score = isDecimal ? Number(value) : Number.NaN;
  if (score >= 0 && score <= HIGHEST_SCORE) return score;
  return fail(`expected a score from 0 to ${HIGHEST_SCORE}, got ${excerpt(value)}`);
}

function parseClass(value: unknown, labels: readonly string[], writes: string, fail: Fail): number {
  // An index in a file that names its classes would mean an order that nobody states.
  const indices = isNumber(value) || writes === 'indices' ? labels.map((_, index) => `${index}`) : [];
  const index = indices.indexOf(String(value));
  const found = index >= 0 ? index : labels.indexOf(String(value));
  if (found >= 0) return found;
  const expected = indices.length > 0 ? labels.map((name, i) => `${i} (${name})`) : labels;
  return fail(`expected a label of ${expected.join(', ')}, got ${excerpt(value)}`);
}

function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

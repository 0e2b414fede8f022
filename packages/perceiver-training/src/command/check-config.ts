import type { z } from 'zod';
import { configFields } from './config-fields.js';
import { suggest } from './nearest.js';
import { UsageError } from './usage-error.js';

/**
 * The configuration with its defaults. Throws UsageError that names each key, the rule and the nearest known key.
 *
 * @param source where the keys stand, for messages, or what a key is called there, such as an option
 */
export function checkConfig<S extends z.ZodType>(
  schema: S,
  value: unknown,
  source: string | ((path: string) => string),
): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const fields = configFields(schema).map(({ path }) => path);
  const nameOf = typeof source === 'string' ? (path: string) => `${source}: ${path || 'configuration'}` : source;
  // Sections are names as well: `modle.numLatents` should lead to `model.numLatents`.
  const lines = result.error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [`${nameOf(path)}: ${ruleOf(issue)}${got(issue.input)}`];
    return issue.keys.map((key) => {
      const full = path === '' ? key : `${path}.${key}`;
      return `${nameOf(full)}: no such setting${suggest(full, fields)}`;
    });
  });
  throw new UsageError(lines.join('\n'));
}

/** The rule that a value breaks, such as `expected a whole number`. */
function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return lowerFirst(issue.message);
  const kind = issue.expected === 'int' ? 'whole number' : issue.expected;
  const expected = `expected ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
  return issue.input === undefined ? `missing; ${expected}` : expected;
}

function got(input: unknown): string {
  return input === undefined ? '' : `, got ${JSON.stringify(input)}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

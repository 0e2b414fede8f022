import type { z } from 'zod';
import { configFields } from './config-fields.js';
import { suggest } from './nearest.js';
import { UsageError } from './usage-error.js';

/** The configuration with its defaults. Throws UsageError that names each key, the rule and the nearest known key. */
export function checkConfig<S extends z.ZodType>(schema: S, value: unknown, source: string): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const fields = configFields(schema).map(({ path }) => path);
  // Sections are names as well: `modle.numLatents` should lead to `model.numLatents`.
  const lines = result.error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys')
      return [`${path || 'configuration'}: ${lowerFirst(issue.message)}${got(issue.input)}`];
    return issue.keys.map((key) => {
      const full = path === '' ? key : `${path}.${key}`;
      return `${full}: no such setting${suggest(full, fields)}`;
    });
  });
  throw new UsageError(`${source}: ${lines.join(`\n${source}: `)}`);
}

function got(input: unknown): string {
  return input === undefined ? '' : `, got ${JSON.stringify(input)}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

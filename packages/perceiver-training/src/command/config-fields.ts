import { z } from 'zod';

/** A setting that a command takes: a leaf of a schema. */
export interface ConfigField {
  /** Dotted path, such as `model.numLatents`. */
  readonly path: string;
  /** Kinds of JSON values it takes. */
  readonly types: readonly string[];
  readonly description?: string;
  readonly choices?: readonly unknown[];
  readonly default?: unknown;
}

interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

/** The leaves of a strict object schema, with their descriptions and defaults. */
export function configFields(schema: z.ZodType): ConfigField[] {
  const root = z.toJSONSchema(schema, { io: 'input', reused: 'inline', unrepresentable: 'any' }) as JsonSchema;
  const fields: ConfigField[] = [];
  const visit = (node: JsonSchema, path: string, inherited: unknown): void => {
    const fallback = inherited === undefined ? node.default : inherited;
    if (node.properties) {
      for (const [key, child] of Object.entries(node.properties))
        visit(child, path === '' ? key : `${path}.${key}`, (fallback as Record<string, unknown> | undefined)?.[key]);
      return;
    }
    const choices = node.enum ?? (node.const === undefined ? undefined : [node.const]);
    fields.push({ path, types: typesOf(node), description: node.description, choices, default: fallback });
  };
  visit(root, '', undefined);
  return fields;
}

function typesOf(node: JsonSchema): string[] {
  const alternatives = node.anyOf ?? node.oneOf ?? node.allOf;
  if (alternatives) return [...new Set(alternatives.flatMap(typesOf))];
  if (node.enum) return [...new Set(node.enum.map((value) => typeof value))];
  if (node.const !== undefined) return [typeof node.const];
  return node.type === undefined ? [] : [node.type].flat();
}

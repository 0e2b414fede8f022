import type { ConfigField } from './config-fields.js';

/** A command line's text as the value of a setting; what does not fit stays text, for the schema to refuse. */
export function parseValue(text: string, { types }: Pick<ConfigField, 'types'>): unknown {
  const takes = (...names: string[]) => names.some((name) => types.includes(name));
  if (takes('null') && text === 'null') return null;
  if (takes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (takes('number', 'integer') && text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text);
  if (takes('array', 'object') || types.length === 0) {
    try {
      return JSON.parse(text);
    } catch {
      if (takes('array')) return text.split(',').map((part) => parsePlain(part.trim()));
    }
  }
  return text;
}

function parsePlain(text: string): unknown {
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

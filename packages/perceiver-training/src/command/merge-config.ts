/** A configuration or a part of one. */
export type PlainConfig = { [key: string]: unknown };

/** `over` laid on `base`: records are merged, everything else is replaced. */
export function mergeConfig(base: PlainConfig, over: PlainConfig): PlainConfig {
  const merged: PlainConfig = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isRecord(below) && isRecord(value) ? mergeConfig(below, value) : value;
  }
  return merged;
}

/** `{ 'a.b': 1 }` as `{ a: { b: 1 } }`. */
export function nestPaths(values: Readonly<Record<string, unknown>>): PlainConfig {
  let nested: PlainConfig = {};
  for (const [path, value] of Object.entries(values)) {
    const part = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    nested = mergeConfig(nested, part as PlainConfig);
  }
  return nested;
}

function isRecord(value: unknown): value is PlainConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { CheckpointReader } from '../checkpoint-reader.js';
import type { ModelConfig } from '../load/read-config.js';
import type { PickleValue } from '../pickle/pickle-value.js';

// Of the package's Lightning modules: what they train and show with, not what the model is.
const NOT_OF_THE_MODEL = [
  'params',
  'validation_sample_prompt',
  'validation_sample_record',
  'optimizer_init',
  'scheduler_init',
];
const DEEPEST = 8;

/**
 * What a Lightning checkpoint says of its model in `hyper_parameters`, as a `config.json` would: objects of the package's
 * configuration classes are records of their fields. Undefined where there is nothing.
 */
export function hyperParameters(reader: CheckpointReader): ModelConfig | undefined {
  const contents = (reader as { contents?: PickleValue }).contents;
  const found = contents instanceof Map ? contents.get('hyper_parameters') : undefined;
  if (!(found instanceof Map) || found.size === 0) return undefined;
  const config = plain(found, 0) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(config).filter(([name]) => !NOT_OF_THE_MODEL.includes(name)));
}

function plain(value: PickleValue | undefined, depth: number): unknown {
  if (depth > DEEPEST) return undefined;
  if (value instanceof Map) {
    const named = [...value].filter((pair): pair is [string, PickleValue] => typeof pair[0] === 'string');
    return Object.fromEntries(named.map(([name, item]) => [name, plain(item, depth + 1)]));
  }
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (typeof value === 'object' && value !== null) {
    return 'state' in value ? plain(value.state as PickleValue, depth + 1) : undefined;
  }
  return value;
}

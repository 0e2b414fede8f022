import { KINETICS_700_NAMES } from './kinetics-700-names.js';

/** The classes of Kinetics-700 by their indices. */
export function kinetics700Labels(): readonly string[] {
  return KINETICS_700_NAMES.split('\n');
}

/**
 * Names of a model's labels: those of its `config.json`; where that has placeholders only (`LABEL_0`) or none, and there are 700, those
 * of Kinetics-700; otherwise the placeholders.
 */
export function labelNames(id2label: unknown, numLabels: number): readonly string[] {
  const given = (typeof id2label === 'object' && id2label !== null ? id2label : {}) as Record<string, unknown>;
  const names = Array.from({ length: numLabels }, (_, i) => String(given[i] ?? `LABEL_${i}`));
  const isPlaceholder = names.every((name, i) => name === `LABEL_${i}`);
  return isPlaceholder && numLabels === 700 ? kinetics700Labels() : names;
}

import { ModelError } from '../errors.js';

/** The order in which modalities stand in input, query and output arrays: that of their names (PARITY, section 2.6). */
export function modalityNames(modalities: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(modalities).sort();
  if (names.length === 0) throw new ModelError('expected at least one modality, got none');
  return names;
}

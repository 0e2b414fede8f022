/** Shape and type of a tensor that does not exist. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** Specs in the places of tensors: nested in records and arrays, beside static values. */
export type TensorSpecs = unknown;

export function isTensorSpec(value: unknown): value is TensorSpec {
  return typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value;
}

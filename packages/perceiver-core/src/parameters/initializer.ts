/**
 * What a parameter is for. Initialisers and weight decay are chosen by it: `bias` and `norm` are not decayed, `buffer` is not trained.
 */
export type ParameterKind = 'weight' | 'bias' | 'norm' | 'embedding' | 'position' | 'latents' | 'query' | 'buffer';

/** How a parameter starts, said where it is declared. Which distribution that means is decided by an initialiser family. */
export interface Initializer {
  readonly kind: ParameterKind;
  /** Inputs that an output sums over; for weights and biases. */
  readonly fanIn?: number;
  /** Standard deviation in place of the family's own; for embeddings, positions, latents and queries. */
  readonly std?: number;
  /** A constant in every family: 1 for norm scales, 0 for zero-initialised logits. */
  readonly constant?: number;
  /** Values in every family, such as a buffer's. Called only when parameters are made. */
  readonly values?: () => Float32Array;
}

/** `[out, in]` of a linear layer. */
export const linearWeight = (fanIn: number): Initializer => ({ kind: 'weight', fanIn });
/** `[out]` of a linear layer; the families of Perceiver start it at 0, torch's own at a uniform number. */
export const linearBias = (fanIn: number): Initializer => ({ kind: 'bias', fanIn });
/** A bias that starts at 0 in every family. */
export const zeroBias: Initializer = { kind: 'bias', constant: 0 };
/** A weight that starts at 0 in every family, for logits and flow (PAPERS, trap 8). */
export const zeroWeight: Initializer = { kind: 'weight', constant: 0 };
export const normScale: Initializer = { kind: 'norm', constant: 1 };
export const normOffset: Initializer = { kind: 'norm', constant: 0 };
export const embedding = (std?: number): Initializer => ({ kind: 'embedding', std });
export const trainablePosition = (std?: number): Initializer => ({ kind: 'position', std });
export const latentArray = (std?: number): Initializer => ({ kind: 'latents', std });
export const trainableQuery = (std?: number): Initializer => ({ kind: 'query', std });
/** Numbers that belong to a checkpoint but are not trained. */
export const buffer = (values: () => Float32Array): Initializer => ({ kind: 'buffer', values });

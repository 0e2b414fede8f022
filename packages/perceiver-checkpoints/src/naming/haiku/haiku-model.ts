import type { ModelConfig } from '../../load/read-config.js';

/** A model as DeepMind released it: where Haiku's names of its parameters stand in the Hugging Face format. */
export interface HaikuModel {
  /** The same model on the Hugging Face hub. */
  readonly id: string;
  /** A parameter that no model listed behind it has. */
  readonly marker: string;
  /** Parameters by their whole name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Linear maps, convolutions and norms: all parameters of a module. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Module of the encoder. */
  readonly encoder: string;
  /** Module of the decoder's cross-attend, and its name in the Hugging Face format. */
  readonly decoder: readonly [string, string];
  /** The released configuration, under the names of Hugging Face's `config.json`. */
  readonly config: ModelConfig;
  /** What these weights need whatever a `config.json` says: where DeepMind's code computes otherwise than its port. */
  readonly computes: ModelConfig;
}

/** GELU is JAX's, by tanh. */
export const TANH_GELU: ModelConfig = { hidden_act: 'gelu-tanh' };

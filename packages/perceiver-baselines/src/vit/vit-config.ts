import type { PicturesConfig } from '../pixels/pixels-input.js';

/** Sizes of a Vision Transformer (Dosovitskiy et al., 2021, table 1). */
export interface ViTConfig extends PicturesConfig {
  /** Side of a square of pixels, which becomes one token. */
  readonly patchSize: number;
  readonly hiddenChannels: number;
  readonly numLayers: number;
  readonly numHeads: number;
  /** Channels between the two linear layers of an MLP. */
  readonly mlpChannels: number;
  /** Channels of a linear layer and tanh before the classifier, as in pre-training; none by default. */
  readonly representationChannels?: number;
  /** Share of tokens' and MLPs' numbers that is dropped when training; 0 by default. */
  readonly dropout?: number;
  /** Share of the attention probabilities that is dropped when training; 0 by default. */
  readonly attentionDropout?: number;
}

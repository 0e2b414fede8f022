import type { PicturesConfig } from '../pixels/pixels-input.js';

/** Sizes of a residual network of bottleneck blocks (He et al., 2016, table 1). */
export interface ResNetConfig extends PicturesConfig {
  /** Blocks of each stage: 3, 4, 6, 3 in ResNet-50. */
  readonly blocks: readonly number[];
  /** Channels of the first convolution; 64 by default. */
  readonly stemChannels?: number;
  /** Inner channels of each stage's blocks, which give 4 times as many; 64, doubled from stage to stage, by default. */
  readonly planes?: readonly number[];
}

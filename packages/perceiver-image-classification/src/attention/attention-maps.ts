import type { RgbImage } from 'perceiver-image-files';
import type { ImageClassifierConfig } from '../model/image-classifier.js';
import { inputGrid } from '../model/input-grid.js';

/** Where the latents of a model look in one picture. */
export interface AttentionMaps {
  /** What the model saw: cropped and resized. */
  readonly image: RgbImage;
  /** Rows and columns of a map: the picture's pixels, or what a convolution left of them. */
  readonly grid: readonly [number, number];
  readonly numLatents: number;
  /** `[numLatents, rows, columns]`, flat: how much of its attention a latent gives to each place, 1 in all; mean over heads. */
  readonly maps: Float32Array;
  /** `[rows, columns]`, flat: the mean over latents. */
  readonly mean: Float32Array;
  /** Latents by how narrowly they look, the narrowest first (least entropy). */
  readonly narrowest: readonly number[];
}

/** @param maps `[numLatents, rows of the input array]`, flat */
export function attentionMapsOf(image: RgbImage, maps: Float32Array, config: ImageClassifierConfig): AttentionMaps {
  const grid = inputGrid(config.input, image.height, image.width);
  const places = grid[0] * grid[1];
  const { numLatents } = config.encoder;
  const mean = new Float32Array(places);
  const entropies: number[] = [];
  for (let latent = 0; latent < numLatents; latent++) {
    let entropy = 0;
    for (let place = 0; place < places; place++) {
      const share = maps[latent * places + place]!;
      mean[place]! += share / numLatents;
      if (share > 0) entropy -= share * Math.log(share);
    }
    entropies.push(entropy);
  }
  const narrowest = entropies.map((_, latent) => latent).sort((a, b) => entropies[a]! - entropies[b]! || a - b);
  return { image, grid, numLatents, maps, mean, narrowest };
}

import type { Member } from './transformation.js';

/** Embeddings, positions and layers of outputs, in the names of transformers, torchvision and krasserm/perceiver-io. */
const OUTER = /embedding|output_adapter|final_layer|classifier|\bheads?\b/;

/**
 * Whether a parameter is the matrix of a hidden layer. Embeddings, latents, learned positions and the layer of the outputs
 * are not, although they have two axes: their rows are updated at very different rates.
 */
export function isHiddenMatrix({ name, shape }: Member): boolean {
  return shape.length === 2 && name.endsWith('.weight') && !OUTER.test(name);
}

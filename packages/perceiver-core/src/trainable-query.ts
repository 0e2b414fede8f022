import { trainableQuery } from './parameters/initializer.js';
import type { QueryProvider } from './perceiver-io.js';

/**
 * A query provider of trained rows, `output_position_encodings.position_embeddings` `[numQueries, channels]`: one row for a class,
 * one a position for a masked language model. They do not depend on the input.
 */
export function trainableQueries(numQueries: number, channels: number, std?: number): QueryProvider<unknown> {
  return (scope) =>
    scope
      .at('output_position_encodings')
      .parameter('position_embeddings', [numQueries, channels], trainableQuery(std))
      .reshape([1, numQueries, channels]);
}

import { mergeConfig, type Preset } from 'perceiver-training/node';

/** A published experiment with its optimiser and the shape of its model, so small that its few steps take seconds. It learns next to nothing. */
export function tinyVariant({ config }: Preset, name: string): Preset {
  const { numCrossAttends = 1 } = config.model as { numCrossAttends?: number };
  return {
    summary: `${name}, very small: a few steps, to see that everything works`,
    config: mergeConfig(config, {
      data: { size: [32, 32], limit: 64 },
      model: {
        numLatents: 8,
        latentChannels: 16,
        numBlocks: 2,
        numCrossAttends: Math.min(2, numCrossAttends),
        numSelfAttendsPerBlock: 1,
        numSelfAttentionHeads: 2,
        numBands: 4,
        maxResolution: 32,
        convChannels: 8,
        projectedChannels: 8,
      },
      training: { epochs: undefined, steps: 4, batchSize: 4, accumulate: 2 },
      evaluation: { batchSize: 20, maxPictures: 20 },
    }),
  };
}

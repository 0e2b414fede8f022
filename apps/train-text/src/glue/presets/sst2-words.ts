import type { Preset } from 'perceiver-training/node';

/**
 * Sentiment of film reviews from scratch on two processor cores: words and their parts in place of bytes, so that a small Perceiver need
 * not first learn to spell.
 *
 *     train-text glue --preset sst2-words --data FOLDER
 *
 * 81.4, 82.5 and 82.5% of the 872 development sentences with seeds 0 to 2 after 1,053 steps, 48 seconds of one thread. What each part gives:
 * `benchmark glue-ingredients`.
 */
export const sst2Words: Preset = {
  summary: 'SST-2 from scratch on words and their parts, minutes on 2 cores',
  config: {
    task: 'sst2',
    model: {
      inputs: 'words',
      maxPositions: 64,
      modelChannels: 64,
      numLatents: 16,
      latentChannels: 64,
      qkChannels: 64,
      vChannels: 64,
      numSelfAttendsPerBlock: 2,
      attentionDropout: 0,
    },
    training: {
      epochs: 1,
      batchSize: 64,
      learningRate: 1e-3,
      weightDecay: 0.05,
      wordDropout: 0.2,
      labelSmoothing: 0.1,
      warmup: 0.05,
    },
  },
};

import type { Preset } from 'perceiver-training/node';

/**
 * Perceiver AR on the bytes of tiny Shakespeare, in the spirit of Perceiver AR's text models (arXiv 2202.07765, section 4) at the
 * size that two processor cores train in three minutes.
 *
 *     train-text clm --preset shakespeare
 *
 * Expect less than 2.35 bits a byte on the last tenth of the text, where an interpolated 4-gram model needs 2.56.
 */
export const shakespeare: Preset = {
  summary: 'Perceiver AR on tiny Shakespeare: 3 minutes on 2 cores, below 2.35 bits a byte',
  config: { data: { text: ['tinyshakespeare'] }, training: { minutes: 3, optimizer: 'muon', learningRate: 7e-3 } },
};

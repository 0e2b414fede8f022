import * as tf from '@tensorflow/tfjs';
import { gridFourierFeatures, initializeParameters, type ModelDeclaration } from 'perceiver-core';
import type { MaskedLanguageModelConfig } from 'perceiver-text';
import type { MlmSettings } from './config.js';

/**
 * Positions `[length, channels]` that start as sines and cosines of all frequencies up to half a turn a byte (Perceiver, section 3.2), so
 * that near positions are alike from the beginning.
 */
function fourierPositions(length: number, channels: number, std: number): tf.Tensor2D {
  const numBands = Math.ceil(channels / 2);
  const features = gridFourierFeatures([length], { numBands, maxResolution: [length], concatPositions: false });
  const scale = std * Math.SQRT2;
  const rows = Float32Array.from({ length: length * channels }, (_, i) => {
    const row = Math.floor(i / channels);
    return scale * features[row * 2 * numBands + (i % channels)]!;
  });
  return tf.tensor2d(rows, [length, channels]);
}

/** Starting values of a masked language model, as settings say. */
export function initialParameters(
  { initialWeights, initialStd, initialPositions }: MlmSettings['training'],
  { maxPositions, modelChannels }: MaskedLanguageModelConfig,
  declaration: ModelDeclaration,
  seed: number,
): Record<string, tf.Tensor> {
  const family =
    initialWeights === 'normal'
      ? ({ family: 'normal', std: initialStd } as const)
      : ({ family: 'variance-scaling' } as const);
  const parameters = initializeParameters(declaration, seed, family);
  if (initialPositions === 'random') return parameters;
  for (const { name, initializer } of declaration) {
    const isPosition = initializer.kind === 'position' || initializer.kind === 'query';
    if (!isPosition) continue;
    const old = parameters[name]!;
    parameters[name] = fourierPositions(maxPositions, modelChannels, initialStd);
    old.dispose();
  }
  return parameters;
}

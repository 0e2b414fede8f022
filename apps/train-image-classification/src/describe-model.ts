import { declareParameters, parameterCount } from 'perceiver-core';
import { type ImageClassifierConfig, imageClassifier, inputChannels, inputGrid } from 'perceiver-image-classification';

/** A line about a model. */
export function describeModel(config: ImageClassifierConfig): string {
  const { encoder, input, imageSize } = config;
  const [rows, columns] = inputGrid(input, ...imageSize);
  const { numCrossAttends = 1, numBlocks, numSelfAttendsPerBlock, numLatents, latentChannels } = encoder;
  const count = parameterCount(declareParameters(imageClassifier(config))).toLocaleString('en-US');
  const name = numCrossAttends > 1 ? 'Perceiver' : 'Perceiver IO';
  const attends = `${numCrossAttends} cross-attend${numCrossAttends === 1 ? '' : 's'}`;
  return `${name}: ${count} parameters; ${numLatents} latents x ${latentChannels} channels on ${rows} x ${columns} inputs of ${inputChannels(config)} channels; ${attends}, ${numBlocks} x ${numSelfAttendsPerBlock} self-attends`;
}

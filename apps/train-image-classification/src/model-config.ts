import { type ImageClassifierConfig, type ImageInput, patchesAlong } from 'perceiver-image-classification';
import type { ModelSettings } from './config.js';

/** What a model must know of its data. */
export interface PictureFormat {
  /** Height and width. */
  readonly size: readonly [number, number];
  readonly colours: number;
  readonly numLabels: number;
}

/** Seed of the one permutation of `model.permuted`: a property of the data, not of a run. */
const PERMUTATION = 0;

/** The model of settings. */
export function modelConfig(model: ModelSettings, { size, colours, numLabels }: PictureFormat): ImageClassifierConfig {
  const { crossAttentionChannels, head, headHeads, headResidual, permuted } = model;
  const cross =
    crossAttentionChannels === undefined
      ? {}
      : { crossAttentionQkChannels: crossAttentionChannels, crossAttentionVChannels: crossAttentionChannels };
  const repeated =
    model.numCrossAttends === 1
      ? {}
      : { numCrossAttends: model.numCrossAttends, crossAttendOrder: model.crossAttendOrder };
  return {
    input: inputOf(model, size),
    imageSize: size,
    colours,
    numLabels,
    ...(permuted ? { permutation: PERMUTATION } : {}),
    encoder: {
      numLatents: model.numLatents,
      latentChannels: model.latentChannels,
      numBlocks: model.numBlocks,
      numSelfAttendsPerBlock: model.numSelfAttendsPerBlock,
      numCrossAttentionHeads: model.numCrossAttentionHeads,
      numSelfAttentionHeads: model.numSelfAttentionHeads,
      crossAttentionWideningFactor: model.crossAttentionWideningFactor,
      selfAttentionWideningFactor: model.selfAttentionWideningFactor,
      attentionDropout: model.attentionDropout,
      ...cross,
      ...repeated,
      sharing: model.sharing,
      firstCrossAttendShared: model.firstCrossAttendShared,
      firstBlockShared: model.firstBlockShared,
    },
    head:
      head === 'average' ? { kind: 'average' } : { kind: 'query', numHeads: headHeads, useQueryResidual: headResidual },
  };
}

function inputOf(model: ModelSettings, size: readonly [number, number]): ImageInput {
  const { input: kind, patch, stride, numBands, convChannels, positionChannels, projectedChannels } = model;
  const along = (pixels: number): number =>
    kind === 'conv' ? Math.ceil(pixels / 4) : patchesAlong(pixels, { stride });
  const [rows, columns] = size.map(along) as [number, number];
  const { maxResolution: resolution } = model;
  const maxResolution = resolution === undefined ? ([rows, columns] as const) : ([resolution, resolution] as const);
  switch (kind) {
    case 'fourier':
      return { kind, numBands, maxResolution, patch, stride };
    case 'pixels':
      return { kind, positionChannels, patch, stride };
    case 'learned':
      return { kind, channels: convChannels, projectedChannels };
    case 'conv':
      return { kind, channels: convChannels, numBands, maxResolution, padding: 'same' };
  }
}

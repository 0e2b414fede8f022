import { pixelTransformer, pixelTransformer64, resNet, resNetPresets, viT, viTPresets } from 'perceiver-baselines';
import { declareParameters, type EncoderConfig, type Model, parameterCount, tracedFlops } from 'perceiver-core';
import { type ImageClassifierConfig, imageClassifier, imageClassifierPresets } from 'perceiver-image-classification';

// biome-ignore lint/suspicious/noExplicitAny: baselines and Perceivers meet here; all take pixels and give logits
export type PictureModel = Model<any, any, any, { logits: any }>;

/** What a paper says of a row; what it leaves out is absent. */
export interface PaperFigures {
  /** P: Perceiver (2021); IO: Perceiver IO; with the table. */
  readonly source: string;
  /** Millions. */
  readonly params?: number;
  /** Billions, of one picture: multiplications and additions counted apart. */
  readonly flops?: number;
  /** Percent on ImageNet's validation pictures. */
  readonly top1?: number;
}

/** A row of the papers' ImageNet tables. */
export interface ImageNetRow {
  readonly name: string;
  readonly model: PictureModel;
  readonly paper: PaperFigures;
}

/** Figures that the code itself gives, by tracing the model on one picture. */
export interface ComputedFigures {
  readonly params: number;
  readonly flops: number;
}

const preset = (name: keyof typeof imageClassifierPresets, changes: Partial<EncoderConfig> = {}): PictureModel => {
  const config: ImageClassifierConfig = imageClassifierPresets[name];
  return imageClassifier({ ...config, encoder: { ...config.encoder, ...changes } });
};

/** A stack of cross-attends alone, each with weights of its own (Perceiver, table 5). */
const crossAttendsAlone = (count: number): PictureModel =>
  preset('perceiver-2021-unshared', { numCrossAttends: count, numBlocks: count, numSelfAttendsPerBlock: 0 });

/** The rows: the first paper's, then the second's. */
export const imageNetRows: readonly ImageNetRow[] = [
  {
    name: 'ResNet-50',
    model: resNet(resNetPresets.resnet50),
    paper: { source: 'P 1', top1: 77.6 },
  },
  { name: 'ViT-B/16', model: viT(viTPresets['vit-b-16']), paper: { source: 'P 1', top1: 77.9 } },
  {
    name: 'ResNet-50, Fourier features',
    model: resNet(resNetPresets['resnet50-fourier']),
    paper: { source: 'P 1', top1: 73.5 },
  },
  {
    name: 'ViT-B/16, Fourier features',
    model: viT(viTPresets['vit-b-16-fourier']),
    paper: { source: 'P 1', top1: 76.7 },
  },
  {
    name: 'Transformer, 64 x 64, Fourier features',
    model: pixelTransformer(pixelTransformer64),
    paper: { source: 'P 1', top1: 57.0 },
  },
  {
    name: 'Perceiver, Fourier features',
    model: preset('perceiver-2021'),
    paper: { source: 'P 1, 7', params: 44.9, flops: 707.2, top1: 78.0 },
  },
  {
    name: 'Perceiver, nothing shared',
    model: preset('perceiver-2021-unshared'),
    paper: { source: 'P 7', params: 326.2, flops: 707.2, top1: 72.9 },
  },
  {
    name: 'Perceiver, learned positions',
    model: preset('perceiver-2021-learned'),
    paper: { source: 'P 2', top1: 70.9 },
  },
  {
    name: 'Perceiver, 1 cross-attend',
    model: preset('perceiver-2021', { numCrossAttends: 1 }),
    paper: { source: 'P 6', params: 42.1, flops: 404.3, top1: 76.7 },
  },
  {
    name: 'Perceiver, 2 cross-attends',
    model: preset('perceiver-2021', { numCrossAttends: 2 }),
    paper: { source: 'P 6', params: 44.9, flops: 447.6, top1: 76.5 },
  },
  {
    name: 'Perceiver, 4 cross-attends',
    model: preset('perceiver-2021', { numCrossAttends: 4 }),
    paper: { source: 'P 6', params: 44.9, flops: 534.1, top1: 76.5 },
  },
  {
    name: '4 cross-attends alone',
    model: crossAttendsAlone(4),
    paper: { source: 'P 5', params: 12.7, flops: 173.1, top1: 39.4 },
  },
  {
    name: '8 cross-attends alone',
    model: crossAttendsAlone(8),
    paper: { source: 'P 5', params: 23.8, flops: 346.1, top1: 45.3 },
  },
  {
    name: 'Perceiver IO, Fourier features',
    model: preset('vision-perceiver-fourier'),
    paper: { source: 'IO', params: 48.4, top1: 79.0 },
  },
  {
    name: 'Perceiver IO, learned positions',
    model: preset('vision-perceiver-learned'),
    paper: { source: 'IO', params: 62.3, top1: 72.7 },
  },
  {
    name: 'Perceiver IO, convolution',
    model: preset('vision-perceiver-conv'),
    paper: { source: 'IO', params: 48.6, top1: 82.1 },
  },
];

/** Traces a row's model. */
export function computeFigures({ model }: ImageNetRow): ComputedFigures {
  return { params: parameterCount(declareParameters(model)), flops: tracedFlops(model) };
}

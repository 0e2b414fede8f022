import { availableParallelism } from 'node:os';
import {
  type ImageAugmentation,
  type ImageBatches,
  type ImageDataset,
  type ImageProcessorOptions,
  imageBatches,
  imageDataset,
} from 'perceiver-image-classification';
import type { AugmentationSettings, ImageTrainingSettings } from '../config.js';

/** Share of the short side of large pictures that is kept where no part is drawn. */
const CENTRE = 224 / 256;

/** Batches of a data set as settings want them; a function of the seed and the batch's number. */
export function trainingBatches(
  dataset: ImageDataset,
  processor: ImageProcessorOptions,
  {
    augmentation,
    data,
    training,
    seed,
  }: Pick<ImageTrainingSettings, 'augmentation' | 'data' | 'training'> & { seed: number },
): ImageBatches {
  const { mixUp, cutMix } = augmentation;
  const mixes = mixUp > 0 || cutMix;
  return imageBatches(limited(dataset, data.limit), {
    batchSize: training.batchSize,
    size: processor.size!,
    mean: processor.mean,
    std: processor.std,
    centre: processor.cropSize === false ? false : CENTRE,
    seed,
    augment: augmentOf(augmentation),
    ...(mixes ? { mix: { cutMix, ...(mixUp > 0 ? { mixUp } : {}) } } : {}),
    workers: data.workers ?? usualWorkers(dataset),
    onCorrupt: data.corrupt,
    crops: augmentation.positions === 'picture',
  });
}

/** Pictures of files are decoded in other threads; those in memory are not worth handing over. */
function usualWorkers(dataset: ImageDataset): number {
  return dataset.record(0).place.kind === 'pixels' ? 0 : availableParallelism();
}

function augmentOf(settings: AugmentationSettings): ImageAugmentation {
  const { inceptionCrop, shift, mirror, colourJitter: amount, randAugmentLayers, randAugmentMagnitude } = settings;
  return {
    ...(inceptionCrop ? { inceptionCrop: {} } : {}),
    shift,
    mirror,
    ...(amount > 0 ? { colourJitter: { brightness: amount, contrast: amount, saturation: amount } } : {}),
    ...(randAugmentLayers > 0 ? { randAugment: { layers: randAugmentLayers, magnitude: randAugmentMagnitude } } : {}),
  };
}

/** A data set of at most `limit` pictures, spread evenly over all. */
function limited(dataset: ImageDataset, limit = dataset.size): ImageDataset {
  if (limit >= dataset.size) return dataset;
  const { classes } = dataset;
  const record = (index: number) => dataset.record(Math.floor((index * dataset.size) / limit));
  return imageDataset({ size: limit, classes, record });
}

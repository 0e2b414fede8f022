import { crossEntropy, labelRank } from 'perceiver-metrics';
import { ImageDataError } from '../datasets/image-data-error.js';
import type { ImageDataset, LabelledImage } from '../datasets/image-dataset.js';
import type { PictureClassifier } from '../predict/picture-classifier.js';
import { batchPixels } from '../preprocess/batch-pixels.js';
import { fitImage } from '../preprocess/image-processor.js';

/** How well a classifier does. */
export interface ClassifierFigures {
  readonly count: number;
  /** Share of pictures whose most probable class is right. */
  readonly top1: number;
  /** Share of pictures whose class is among the five most probable. */
  readonly top5: number;
  /** Mean cross entropy in nats. */
  readonly loss: number;
}

export interface EvaluateOptions {
  /** Pictures that run at once; 50 by default. */
  readonly batchSize?: number;
  /** Pictures to look at, spread evenly over the data set, whose classes may stand in order; all by default. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Told of each picture: its index and class, and logits `[numLabels]`, which are valid during the call. */
  readonly onPicture?: (index: number, label: number, logits: Float32Array) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Measures a classifier on pictures whose classes are known.
 *
 * @throws ImageDataError for a class that the model does not have, and the signal's reason when aborted
 */
export async function evaluateClassifier(
  predictor: Pick<PictureClassifier, 'description' | 'logits'>,
  data: ImageDataset,
  { batchSize = 50, limit = Number.POSITIVE_INFINITY, signal, onPicture, onProgress }: EvaluateOptions = {},
): Promise<ClassifierFigures> {
  const { model, processor } = predictor.description;
  const { numLabels, colours = 3 } = model;
  const total = Math.min(limit, data.size);
  let [count, top1, top5, loss] = [0, 0, 0, 0];
  const indexOf = (i: number): number => Math.floor((i * data.size) / total);
  const flush = async (batch: readonly LabelledImage[]): Promise<void> => {
    const images = await Promise.all(batch.map(({ image }) => fitImage(image, processor)));
    const { pixels, shape } = batchPixels(images, processor, colours);
    const logits = await predictor.logits(pixels, shape);
    batch.forEach(({ label, name }, i) => {
      if (!(label < numLabels)) throw new ImageDataError(`${name}: expected a class below ${numLabels}, got ${label}`);
      const own = logits.subarray(i * numLabels, (i + 1) * numLabels);
      onPicture?.(indexOf(count), label, own);
      const rank = labelRank(own, label);
      count++;
      loss += crossEntropy(own, label);
      if (rank === 0) top1++;
      if (rank < 5) top5++;
    });
    onProgress?.(count, total);
  };
  for (let start = 0; start < total; start += batchSize) {
    signal?.throwIfAborted();
    const size = Math.min(batchSize, total - start);
    await flush(await Promise.all(Array.from({ length: size }, (_, i) => data.read(indexOf(start + i)))));
  }
  return { count, top1: top1 / count, top5: top5 / count, loss: loss / count };
}

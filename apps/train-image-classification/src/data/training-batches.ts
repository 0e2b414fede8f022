import * as tf from '@tensorflow/tfjs';
import {
  fitImage,
  type ImageBatch,
  type ImageDataset,
  type ImageProcessorOptions,
  normalizeImage,
} from 'perceiver-image-classification';
import type { RgbImage } from 'perceiver-image-files';
import { type BatchSource, type HostRandom, indexedBatches, permutation } from 'perceiver-training';

/** Random streams of the order of pictures. */
const ORDER_STREAM = 20;

export interface TrainingBatchOptions {
  readonly batchSize: number;
  readonly seed: number;
  readonly numLabels: number;
  readonly processor: ImageProcessorOptions;
  readonly flip: number;
  readonly shift: number;
  /** Pictures used; all by default. */
  readonly limit?: number;
}

/** Batches of pictures in an order that is new in each epoch, mirrored and moved at random; a function of the seed and the batch's number. */
export function trainingBatches(dataset: ImageDataset, options: TrainingBatchOptions): BatchSource<ImageBatch> {
  const { batchSize, seed, numLabels, processor, flip, shift } = options;
  const size = Math.min(dataset.size, options.limit ?? dataset.size);
  let order: { epoch: number; indices: Uint32Array } | undefined;
  const pictureAt = (position: number): number => {
    const epoch = Math.floor(position / size);
    if (order?.epoch !== epoch) order = { epoch, indices: permutation(size, seed, ORDER_STREAM, epoch) };
    return order.indices[position % size]!;
  };
  return indexedBatches(seed, async (index, random) => {
    const chosen = Array.from({ length: batchSize }, (_, i) => pictureAt(index * batchSize + i));
    const moves = chosen.map(() => drawMove(random, flip, shift));
    const pictures = await Promise.all(chosen.map((picture) => dataset.read(picture)));
    const targets = new Float32Array(batchSize * numLabels);
    const rows = await Promise.all(
      pictures.map(async ({ image, label }, i) => {
        targets[i * numLabels + label] = 1;
        return normalizeImage(move(await fitImage(image, processor), moves[i]!), processor);
      }),
    );
    const [height, width] = processor.size!;
    const colours = processor.mean!.length;
    const pixels = new Float32Array(batchSize * height * width * colours);
    rows.forEach((row, i) => {
      pixels.set(row, i * row.length);
    });
    return {
      pixels: tf.tensor4d(pixels, [batchSize, height, width, colours]),
      targets: tf.tensor2d(targets, [batchSize, numLabels]),
    };
  });
}

interface Move {
  readonly mirrored: boolean;
  readonly down: number;
  readonly right: number;
}

function drawMove(random: HostRandom, flip: number, shift: number): Move {
  const offset = () => (shift === 0 ? 0 : random.integer(2 * shift + 1) - shift);
  return { mirrored: random.uniform() < flip, down: offset(), right: offset() };
}

/** A picture mirrored and moved; black where nothing was. */
function move(image: RgbImage, { mirrored, down, right }: Move): RgbImage {
  if (!mirrored && down === 0 && right === 0) return image;
  const { width, height, data } = image;
  const moved = new Uint8Array(data.length);
  for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
    for (let x = Math.max(0, right); x < Math.min(width, width + right); x++) {
      const column = mirrored ? width - 1 - (x - right) : x - right;
      const from = ((y - down) * width + column) * 3;
      moved.set(data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { width, height, data: moved };
}

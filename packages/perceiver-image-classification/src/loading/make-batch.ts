import { ImageFileError } from 'perceiver-image-files';
import { hostRandom } from 'perceiver-training/random';
import { mixBatch } from '../augment/mix-batch.js';
import { oneHot } from '../augment/one-hot.js';
import { type PreparedImage, prepareRead } from '../augment/prepare-image.js';
import { ImageDataError } from '../datasets/image-data-error.js';
import type { ImageRecord } from '../datasets/image-dataset.js';
import type { ImageReader } from '../datasets/image-reader.js';
import { normalizeImage } from '../preprocess/image-processor.js';
import type { BatchSettings, BatchTask, CorruptImage, HostImageBatch } from './batch-task.js';
import { AUGMENT_STREAM, MIX_STREAM } from './image-streams.js';

/** Pictures of a batch that are decoded at the same time: while one is changed here, libvips decodes the next ones in its threads. */
const DECODE_AHEAD = 2;

/**
 * Reads, decodes and augments the pictures of a batch. A picture that cannot be read is replaced by the next spare one, in the order of
 * rows, so that what comes depends on the task alone.
 *
 * @throws ImageFileError and ImageDataError where broken pictures are not to be skipped, or more are broken than there are spares
 */
export async function makeBatch(
  task: BatchTask,
  settings: BatchSettings,
  reader: ImageReader,
): Promise<HostImageBatch> {
  const { rows, spares, start } = task;
  const { seed, size, mean, onCorrupt, numClasses, mix } = settings;
  const shape = [rows.length, size[0], size[1], mean.length] as const;
  const stride = size[0] * size[1] * mean.length;
  const pixels = new Float32Array(rows.length * stride);
  const labels = new Int32Array(rows.length);
  const boxes = new Float32Array(rows.length * 4);
  const corrupt: CorruptImage[] = [];
  let nextSpare = 0;

  const prepare = async (record: ImageRecord, row: number): Promise<PreparedImage> => {
    const random = hostRandom(seed, AUGMENT_STREAM, ...rows[row]!.draw);
    return prepareRead((options) => reader.image(record.place, record.name, options), random, settings);
  };
  const fill = async (row: number, first: Promise<PreparedImage>): Promise<void> => {
    let record = rows[row]!.record;
    let attempt = first;
    for (;;) {
      try {
        const { image, box } = await attempt;
        pixels.set(normalizeImage(image, settings), row * stride);
        boxes.set(box, 4 * row);
        labels[row] = record.label;
        return;
      } catch (error) {
        if (!(error instanceof ImageFileError || error instanceof ImageDataError) || onCorrupt === 'fail') throw error;
        corrupt.push({ name: record.name, error: error.message });
        const spare = spares[nextSpare++];
        if (spare === undefined) {
          throw new ImageDataError(
            `${corrupt.length} pictures of one batch of ${rows.length} cannot be read, the last one: ${error.message}`,
            { cause: error },
          );
        }
        record = spare;
        attempt = prepare(record, row);
      }
    }
  };

  const started: Promise<PreparedImage>[] = [];
  for (let row = 0; row < rows.length; row++) {
    for (let ahead = started.length; ahead < Math.min(rows.length, row + 1 + DECODE_AHEAD); ahead++) {
      const begun = prepare(rows[ahead]!.record, ahead);
      begun.catch(() => {}); // Told where its row is filled.
      started.push(begun);
    }
    await fill(row, started[row]!);
    delete started[row];
  }
  const targets = oneHot(labels, numClasses);
  if (mix === undefined) return { pixels, shape, labels, targets, boxes, corrupt };
  const mixed = mixBatch({ pixels, shape, targets }, hostRandom(seed, MIX_STREAM, start), mix);
  return { ...mixed, labels, boxes, corrupt };
}

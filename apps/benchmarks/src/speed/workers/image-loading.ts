// Batches of augmented pictures, and nothing else.
import { hostImageBatches, IMAGENET_AUGMENTATION } from 'perceiver-image-classification';
import { imageFilesDataset } from './image-files-dataset.js';
import { repeat } from './repeat.js';
import { report, workerSettings } from './report.js';

const { files, workers, batch, images, resize } = workerSettings<{
  files: string[];
  workers: number;
  batch: number;
  images: number;
  resize: 'pillow' | 'sharp';
}>();
const batches = hostImageBatches(imageFilesDataset(files), {
  batchSize: batch,
  size: [224, 224],
  workers,
  resize,
  augment: IMAGENET_AUGMENTATION,
  onCorrupt: 'fail',
});
let count = 0;
const seconds = await repeat(
  async () => {
    count = 0;
    while (count < images) count += (await batches.next())!.shape[0];
  },
  { warmup: 1, repeats: 3 },
);
await batches.close();
report({ seconds, check: [count] });

import { predictCommand } from 'perceiver-inference';
import { UsageError } from 'perceiver-training/node';
import { z } from 'zod';
import { IMAGE_SPLITS } from '../datasets/image-split.js';
import { IMAGE_DATASET_FORMATS, openImageDataset } from '../datasets/open-image-dataset.js';
import { evaluateClassifier } from '../task/evaluate-classifier.js';
import { publishedAccuracy } from '../task/published-accuracy.js';
import { classifierOptions, openClassifier } from './open-classifier.js';

/** `perceiver-image-classification evaluate`. */
export const evaluateCommand = predictCommand({
  name: 'evaluate',
  summary: 'measures accuracy on pictures whose classes are known',
  arguments: [],
  schema: z.strictObject({
    ...classifierOptions,
    checkpoint: z.string().optional().describe('another word for --model'),
    data: z
      .string()
      .describe("folder of the data set (MNIST's or CIFAR's files, folders of pictures), or fashion-mnist"),
    dataset: z
      .enum(['auto', ...IMAGE_DATASET_FORMATS])
      .default('auto')
      .describe('what that folder holds'),
    split: z.enum(IMAGE_SPLITS).default('test').describe('pictures to measure with'),
    batchSize: z.int().min(1).default(50).describe('pictures that run at once'),
    limit: z.int().min(1).optional().describe('pictures to look at (default all)'),
  }),
  async run({ settings, output, signal }) {
    const { checkpoint, data, dataset, split, batchSize, limit, ...rest } = settings;
    if (checkpoint !== undefined && rest.model !== undefined) {
      throw new UsageError('expected --model or --checkpoint, got both');
    }
    const modelSettings = checkpoint === undefined ? rest : { ...rest, model: checkpoint };
    const classifier = await openClassifier(modelSettings, signal);
    try {
      const { labels } = classifier.description;
      const images = await openImageDataset(data, { split, format: dataset, labels });
      const onProgress = (done: number, total: number) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total}${done === total ? '\n' : ''}`);
      };
      const figures = await evaluateClassifier(classifier, images, { batchSize, limit, signal, onProgress });
      const share = (value: number) => value.toFixed(4);
      const published = modelSettings.model === undefined ? undefined : publishedAccuracy(modelSettings.model);
      const rows: (readonly [string, string])[] = [
        ['pictures', String(figures.count)],
        ['accuracy', share(figures.top1)],
        ...(published === undefined
          ? []
          : [['paper', `${share(published)}  (on the 50,000 validation pictures of ImageNet)`] as const]),
        ['top-5', share(figures.top5)],
        ['loss', figures.loss.toFixed(6)],
        ...(modelSettings.model === undefined
          ? [['chance', `${share(1 / labels.length)}  (the weights are random)`] as const]
          : []),
      ];
      output.text(rows.map(([name, value]) => `${name.padEnd(8)}  ${value}\n`).join(''));
      output.record({ ...figures, ...(published === undefined ? {} : { published }) });
    } finally {
      await classifier.dispose();
    }
  },
});

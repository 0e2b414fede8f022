import { writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodePng, pictureSheet, type RgbImage, readImage } from 'perceiver-image-files';
import { checkOutputFile, predictCommand } from 'perceiver-inference';
import { hostRandom } from 'perceiver-training/random';
import { z } from 'zod';
import {
  IMAGENET_AUGMENTATION,
  type ImageAugmentation,
  prepareImage,
  SMALL_PICTURE_AUGMENTATION,
} from '../augment/prepare-image.js';
import { RAND_AUGMENT_OPERATIONS } from '../augment/rand-augment.js';
import { AUGMENT_STREAM } from '../loading/image-streams.js';

const KINDS = { imagenet: IMAGENET_AUGMENTATION, small: SMALL_PICTURE_AUGMENTATION } as const;

/** `perceiver-image-classification augment`. */
export const augmentCommand = predictCommand({
  name: 'augment',
  summary: 'draws what training sees of a picture: random crops and changes',
  usesEngine: false,
  arguments: [{ name: 'FILE', description: 'picture (JPEG, PNG, WebP, AVIF, GIF, TIFF) or its http(s) address' }],
  ownOut: { name: 'FILE', description: 'PNG to write (default augmented.png)' },
  schema: z.strictObject({
    kind: z
      .enum(['imagenet', 'small', 'operations'])
      .default('imagenet')
      .describe(
        'imagenet: inception crop, mirroring, RandAugment; small: shift and mirroring, as for CIFAR; operations: each of RandAugment alone',
      ),
    seed: z.int().min(0).default(0).describe('seed of the random numbers'),
    size: z.int().min(1).max(2048).default(224).describe('height and width of each version'),
    count: z.int().min(1).max(1000).default(23).describe('versions, after the whole picture'),
    columns: z.int().min(1).max(100).default(6).describe('pictures beside each other'),
    layers: z.int().min(0).default(4).describe('operations of RandAugment'),
    magnitude: z.number().min(0).max(10).default(5).describe('their strength'),
    colourJitter: z.number().min(0).optional().describe('amount of brightness, contrast and saturation to change'),
  }),
  async run({ arguments: [file = ''], settings, out = 'augmented.png', output, signal }) {
    const { seed, size: side, columns } = settings;
    const size = [side, side] as const;
    await checkOutputFile('--out', out, ['.png']);
    const image = await readImage(file);
    const versions = versionsOf(settings);
    const pictures: RgbImage[] = [(await prepareImage(image, hostRandom(seed), { size })).image];
    for (const [index, augment] of versions.entries()) {
      // Ctrl-C is heard between versions.
      await nextTurn(undefined, { signal });
      const random = hostRandom(seed, AUGMENT_STREAM, 0, index);
      const { image: picture, box } = await prepareImage(image, random, { size, augment });
      pictures.push(picture);
      output.record({ version: index, crop: [...box] });
    }
    const rows = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, row) =>
      pictures.slice(row * columns, (row + 1) * columns),
    );
    await writeFile(out, await encodePng(pictureSheet(rows)));
    const names = settings.kind === 'operations' ? `\nin order: ${RAND_AUGMENT_OPERATIONS.join(', ')}` : '';
    output.text(`${out}: the whole picture and ${versions.length} versions of it${names}\n`);
  },
});

interface Wanted {
  readonly kind: keyof typeof KINDS | 'operations';
  readonly count: number;
  readonly layers: number;
  readonly magnitude: number;
  readonly colourJitter?: number;
}

/** How each version is made. */
function versionsOf({ kind, count, layers, magnitude, colourJitter }: Wanted): ImageAugmentation[] {
  if (kind === 'operations') {
    return RAND_AUGMENT_OPERATIONS.map((name) => ({ randAugment: { layers: 1, magnitude, operations: [name] } }));
  }
  const amount = colourJitter;
  const augment: ImageAugmentation = {
    ...KINDS[kind],
    ...(amount === undefined ? {} : { colourJitter: { brightness: amount, contrast: amount, saturation: amount } }),
    ...(kind === 'imagenet' ? { randAugment: { layers, magnitude } } : {}),
  };
  return Array.from({ length: count }, () => augment);
}

import { type ImageDataset, type ImageProcessorOptions, openImageDataset } from 'perceiver-image-classification';
import type { RgbImage } from 'perceiver-image-files';
import type { ImageTrainingSettings } from '../config.js';
import type { PictureFormat } from '../model-config.js';

/** Pictures that mean and deviation are measured on. */
const MEASURED = 500;

/** Folders of photographs are taken at this size where nobody says another. */
const USUAL_SIDE = 64;

/** Pictures to train on and to evaluate on, and how they become numbers. */
export interface TrainingData {
  readonly train: ImageDataset;
  readonly heldOut: ImageDataset;
  readonly format: PictureFormat;
  readonly processor: ImageProcessorOptions;
  /** One line for people. */
  readonly description: string;
  /** Closes the data set's files. */
  close(): Promise<void>;
}

/** Opens both splits of a data set and finds out what the settings leave open. */
export async function openTrainingData({ dataset, data }: ImageTrainingSettings): Promise<TrainingData> {
  const train = await openImageDataset(dataset, { split: 'train' });
  const heldOut = await openImageDataset(dataset, { split: 'test', labels: train.classes });
  const every = Math.max(1, Math.floor(train.size / MEASURED));
  const indices = Array.from({ length: Math.min(MEASURED, train.size) }, (_, i) => i * every);
  const first = (await train.read(0)).image;
  const sample = async () => Promise.all(indices.map(async (index) => (await train.read(index)).image));
  const known = data.colours !== undefined && data.mean !== undefined && data.std !== undefined;
  const seen = known ? [] : await sample();
  const colours = data.colours ?? (seen.every(isGrey) ? 1 : 3);
  const small = Math.max(first.width, first.height) <= USUAL_SIDE;
  const size =
    (data.size as [number, number] | undefined) ?? (small ? [first.height, first.width] : [USUAL_SIDE, USUAL_SIDE]);
  const measured = known ? undefined : measureColours(seen, colours);
  const processor: ImageProcessorOptions = {
    size,
    ...(small ? { cropSize: false as const } : {}),
    mean: data.mean ?? measured!.mean,
    std: (data.std ?? measured!.std).map((deviation) => deviation / data.contrast),
  };
  const count = (value: number) => value.toLocaleString('en-US');
  return {
    train,
    heldOut,
    format: { size, colours, numLabels: train.classes.length },
    processor,
    close: async () => {
      await Promise.all([train.close(), heldOut.close()]);
    },
    description: `Pictures: ${dataset}; ${count(train.size)} to train on, ${count(heldOut.size)} to test on, ${train.classes.length} classes, ${size[0]} x ${size[1]} ${colours === 1 ? 'grey' : 'colour'}`,
  };
}

function isGrey({ data }: RgbImage): boolean {
  for (let i = 0; i < data.length; i += 3) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

/** Mean and deviation of each colour in [0, 1], to three digits. */
function measureColours(images: readonly RgbImage[], colours: number): { mean: number[]; std: number[] } {
  const [sums, squares] = [Array<number>(3).fill(0), Array<number>(3).fill(0)];
  let count = 0;
  for (const { data } of images) {
    for (let i = 0; i < data.length; i++) {
      const value = data[i]! / 255;
      sums[i % 3]! += value;
      squares[i % 3]! += value * value;
    }
    count += data.length / 3;
  }
  const rounded = (value: number) => Number(value.toFixed(3));
  const mean = sums.slice(0, colours).map((sum) => sum / count);
  const std = mean.map((centre, c) => Math.sqrt(Math.max(1e-6, squares[c]! / count - centre * centre)));
  return { mean: mean.map(rounded), std: std.map((value) => Math.max(0.001, rounded(value))) };
}

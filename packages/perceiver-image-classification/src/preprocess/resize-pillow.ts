import type { RgbImage } from 'perceiver-image-files';

/** Bits after the point of the weights, as in Pillow. */
const FRACTION_BITS = 22;

/** What a sample weighs at a distance from the place that is asked for, and how far away samples count, in samples. */
interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

/** Keys' cubic with a = -0.5. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

const FILTERS = {
  bicubic: { support: 2, weight: cubic },
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  box: { support: 0.5, weight: (distance) => (distance > -0.5 && distance <= 0.5 ? 1 : 0) },
  hamming: {
    support: 1,
    weight: (distance) => (Math.abs(distance) >= 1 ? 0 : sinc(distance) * (0.54 + 0.46 * Math.cos(distance * Math.PI))),
  },
  lanczos: { support: 3, weight: (distance) => (Math.abs(distance) >= 3 ? 0 : sinc(distance) * sinc(distance / 3)) },
} satisfies Record<string, Filter>;

/** Filters by which pictures are resized. */
export type PillowFilter = keyof typeof FILTERS | 'nearest';

/** Which samples make each output sample of one axis, and their weights with 22 bits after the point. */
interface AxisWeights {
  /** First input sample of each output sample. */
  readonly first: Int32Array;
  /** Input samples of each output sample. */
  readonly count: Int32Array;
  /** `[outSize, width]` */
  readonly weights: Int32Array;
  readonly width: number;
}

function axisWeights(inSize: number, outSize: number, filter: Filter): AxisWeights {
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const width = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const weights = new Int32Array(outSize * width);
  for (let i = 0; i < outSize; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), inSize);
    const exact = Array.from({ length: end - start }, (_, k) =>
      filter.weight((start + k - centre + 0.5) / filterScale),
    );
    const total = exact.reduce((sum, weight) => sum + weight, 0);
    first[i] = start;
    count[i] = end - start;
    exact.forEach((weight, k) => {
      const scaled = (weight / total) * 2 ** FRACTION_BITS;
      weights[i * width + k] = Math.trunc(scaled + (weight < 0 ? -0.5 : 0.5));
    });
  }
  return { first, count, weights, width };
}

const HALF = 1 << (FRACTION_BITS - 1);

/** A weighted sum with 22 bits after the point as a byte. */
const toByte = (sum: number): number => Math.max(0, Math.min(255, sum >> FRACTION_BITS));

/** Resizes each row. Sums of weighted bytes stay below 2^31: the weights sum to 2^22, their sizes to less than twice that. */
function resizeColumns(source: Uint8Array, target: Uint8Array, axis: AxisWeights, rows: number, inWidth: number): void {
  const { first, count, weights, width } = axis;
  const outWidth = first.length;
  for (let row = 0, to = 0; row < rows; row++) {
    for (let i = 0; i < outWidth; i++, to += 3) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let from = (row * inWidth + first[i]!) * 3;
      const last = i * width + count[i]!;
      for (let k = i * width; k < last; k++, from += 3) {
        const weight = weights[k]!;
        red = (red + Math.imul(weight, source[from]!)) | 0;
        green = (green + Math.imul(weight, source[from + 1]!)) | 0;
        blue = (blue + Math.imul(weight, source[from + 2]!)) | 0;
      }
      target[to] = toByte(red);
      target[to + 1] = toByte(green);
      target[to + 2] = toByte(blue);
    }
  }
}

/** Makes each row a weighted sum of rows, which are gone through in the order in which they lie in memory. */
function resizeRows(source: Uint8Array, target: Uint8Array, axis: AxisWeights, rowBytes: number): void {
  const { first, count, weights, width } = axis;
  const sums = new Int32Array(rowBytes);
  for (let row = 0; row < first.length; row++) {
    sums.fill(HALF);
    for (let k = 0; k < count[row]!; k++) {
      const weight = weights[row * width + k]!;
      const from = (first[row]! + k) * rowBytes;
      for (let i = 0; i < rowBytes; i++) sums[i] = (sums[i]! + Math.imul(weight, source[from + i]!)) | 0;
    }
    for (let i = 0; i < rowBytes; i++) target[row * rowBytes + i] = toByte(sums[i]!);
  }
}

/**
 * Resizes a picture as Pillow does, bit for bit: antialiased when it shrinks, columns of a row first, then rows, bytes in between
 * (PARITY, section 5).
 */
export function resizePillow(image: RgbImage, width: number, height: number, filter: PillowFilter): RgbImage {
  if (filter === 'nearest') return resizeNearest(image, width, height);
  let { data } = image;
  if (image.width !== width) {
    const narrow = new Uint8Array(image.height * width * 3);
    resizeColumns(data, narrow, axisWeights(image.width, width, FILTERS[filter]), image.height, image.width);
    data = narrow;
  }
  if (image.height !== height) {
    const low = new Uint8Array(height * width * 3);
    resizeRows(data, low, axisWeights(image.height, height, FILTERS[filter]), width * 3);
    data = low;
  }
  return { width, height, data };
}

/** Which sample is nearest to each output sample, with Pillow's rounding: steps are added up. */
function nearestSamples(inSize: number, outSize: number): number[] {
  const scale = inSize / outSize;
  let place = scale / 2;
  return Array.from({ length: outSize }, () => {
    const sample = Math.min(Math.trunc(place), inSize - 1);
    place += scale;
    return sample;
  });
}

function resizeNearest({ width: inWidth, height: inHeight, data }: RgbImage, width: number, height: number): RgbImage {
  const columns = nearestSamples(inWidth, width);
  const resized = new Uint8Array(width * height * 3);
  let to = 0;
  for (const row of nearestSamples(inHeight, height)) {
    for (const column of columns) {
      const from = (row * inWidth + column) * 3;
      for (let colour = 0; colour < 3; colour++) resized[to++] = data[from + colour]!;
    }
  }
  return { width, height, data: resized };
}

import type { RgbImage } from 'perceiver-image-files';

/** Bits after the point of the weights, as in Pillow. */
const FRACTION_BITS = 22;

/** Keys' cubic with a = -0.5. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

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

function axisWeights(inSize: number, outSize: number): AxisWeights {
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const support = 2 * filterScale;
  const width = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const weights = new Int32Array(outSize * width);
  for (let i = 0; i < outSize; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), inSize);
    const exact = Array.from({ length: end - start }, (_, k) => cubic((start + k - centre + 0.5) / filterScale));
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

/**
 * Resizes lines of pixels along one axis. A sum of weighted bytes exceeds 32 bits, but not the 53 of a double, so it is exact.
 *
 * @param lineStep distance between lines, in bytes; of the input and the output
 * @param sampleStep distance between samples within a line
 */
function resizeLines(
  source: Uint8Array,
  target: Uint8Array,
  { first, count, weights, width }: AxisWeights,
  lines: number,
  [sourceLine, targetLine]: readonly [number, number],
  sampleStep: readonly [number, number],
): void {
  const half = 2 ** (FRACTION_BITS - 1);
  const unit = 2 ** FRACTION_BITS;
  const [sourceSample, targetSample] = sampleStep;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < first.length; i++) {
      let red = half;
      let green = half;
      let blue = half;
      let from = line * sourceLine + first[i]! * sourceSample;
      const last = i * width + count[i]!;
      for (let k = i * width; k < last; k++) {
        const weight = weights[k]!;
        red += weight * source[from]!;
        green += weight * source[from + 1]!;
        blue += weight * source[from + 2]!;
        from += sourceSample;
      }
      const to = line * targetLine + i * targetSample;
      target[to] = clipToByte(red / unit);
      target[to + 1] = clipToByte(green / unit);
      target[to + 2] = clipToByte(blue / unit);
    }
  }
}

const clipToByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value));

/**
 * Resizes a picture as Pillow's bicubic filter does, bit for bit: antialiased when it shrinks, columns of a row first, then rows, bytes
 * in between (PARITY, section 5).
 */
export function resizeBicubic(image: RgbImage, width: number, height: number): RgbImage {
  let { data } = image;
  if (image.width !== width) {
    const narrow = new Uint8Array(image.height * width * 3);
    const steps = [image.width * 3, width * 3] as const;
    resizeLines(data, narrow, axisWeights(image.width, width), image.height, steps, [3, 3]);
    data = narrow;
  }
  if (image.height !== height) {
    const low = new Uint8Array(height * width * 3);
    const rows = [width * 3, width * 3] as const;
    resizeLines(data, low, axisWeights(image.height, height), width, [3, 3], rows);
    data = low;
  }
  return { width, height, data };
}

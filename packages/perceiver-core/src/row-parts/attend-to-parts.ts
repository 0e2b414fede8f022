import * as tf from '@tensorflow/tfjs';
import { attention } from 'tfjs-backend-onnxruntime';
import { NORM_EPSILON } from '../folded/folded-norm.js';
import { alongAxis, type RowParts, sumOfAxes } from './row-parts.js';

/** Scores in memory at a time: few enough that each operation on them finds them in a cache. */
const SCORES_AT_A_TIME = 2 ** 21;

/** Operations on scores one by one take the time of about so many multiplications for each in a matrix product. */
const MULTIPLICATIONS_OF_A_SCORE = 150;

/** Parts of rows as they are attended to. */
interface CompactRows {
  /** What the scores need of the features, `[B, M, c]`, with an embedding `[B, M, c + 1]`. */
  readonly features: tf.Tensor3D;
  /** `[F, c + 1]`, from them to a row's first channels. */
  readonly embedding?: tf.Tensor2D;
  readonly axes: readonly tf.Tensor2D[];
  /** One over the deviation of each row, `[B, M, 1]`. */
  readonly inverse: tf.Tensor3D;
}

/**
 * Whether attention to the parts takes less time than to the rows, whose channels are multiplied twice for each score. A grid's work is cut into
 * pieces by the size of the batch, so it needs one that stays.
 */
export function partsSpareWork({ features, embedding, axes }: RowParts, batchStays: boolean): boolean {
  const width = features.shape[2];
  const [first, compact] = embedding === undefined ? [width, width] : [embedding.weight.shape[0], width + 1];
  const positions = axes[0]!.shape[1];
  if (axes.length === 1) return compact < first;
  return batchStays && 2 * (first + positions) > 2 * compact + MULTIPLICATIONS_OF_A_SCORE;
}

/**
 * Attention of one head to the normed rows of an input array, which are never made. Rows are a linear function of fewer numbers, so queries are taken to
 * these, and what is seen of them is taken to rows. On a grid the score of a position is the sum of one number for each axis, and what is seen of
 * positions is made of what each row and each column is given in all: products over all points remain for the features alone, 3 channels of 261
 * for a picture's pixels.
 *
 * @param query `[B or 1, N, F + P]`, scaled, in the channels of the normed rows
 * @param normScale of the rows' layer norm, `[F + P]`
 * @param normOffset `[F + P]`
 * @returns average of the normed rows, `[B, N, F + P]`
 */
export function attendToParts(
  query: tf.Tensor3D,
  parts: RowParts,
  normScale: tf.Tensor1D,
  normOffset: tf.Tensor1D,
): tf.Tensor3D {
  const { axes } = parts;
  const positionChannels = axes[0]!.shape[1];
  const rows = compactRows(parts);
  const { embedding } = rows;
  const expanded = (x: tf.Tensor3D, backwards: boolean) =>
    embedding === undefined ? x : (tf.matMul(x, asBatch(embedding), false, backwards) as tf.Tensor3D);

  // Queries without their mean need no centred rows; and the norm's offset adds the same to all scores of a query, which softmax drops.
  const centred = withoutMean(query.mul(normScale));
  const [ofFirst, ofPositions] = tf.split(centred, [centred.shape[2] - positionChannels, positionChannels], 2);
  const ofFeatures = expanded(ofFirst as tf.Tensor3D, false);
  const see = axes.length === 1 ? seeRows : seeGrid;
  const [features, positions] = see(ofFeatures, ofPositions as tf.Tensor3D, rows);
  return withoutMean(tf.concat([expanded(features, true), positions], 2))
    .mul(normScale)
    .add(normOffset);
}

function compactRows({ features, embedding, axes }: RowParts): CompactRows {
  const [batch, rows] = features.shape;
  if (embedding === undefined) return { features, axes, inverse: inverseDeviations(features, undefined, axes) };
  const matrix = tf.concat([embedding.weight, embedding.bias.expandDims<tf.Tensor2D>(1)], 1);
  const extended = tf.concat([features, tf.ones<tf.Rank.R3>([batch, rows, 1])], 2);
  return { features: extended, embedding: matrix, axes, inverse: inverseDeviations(extended, matrix, axes) };
}

/** Sums of divided features and positions by their shares, for scores that the rows' channels make. */
function seeRows(
  ofFeatures: tf.Tensor3D,
  ofPositions: tf.Tensor3D,
  { features, axes, inverse }: CompactRows,
): [tf.Tensor3D, tf.Tensor3D] {
  const [batch, , width] = features.shape;
  const [own, latents] = ofFeatures.shape;
  const positions = axes[0]!;
  const spread = tf.tile(asBatch(positions), [batch, 1, 1]);
  const divided = tf.concat([features, spread], 2).mul<tf.Tensor3D>(inverse);
  const query = tf.concat([ofFeatures, ofPositions], 2);
  const asking = own === batch ? query : tf.tile(query, [batch, 1, 1]);
  const seen = attention(asking, divided, divided, { numHeads: 1, scale: 1 });
  const channels = positions.shape[1];
  return [
    tf.slice(seen, [0, 0, 0], [batch, latents, width]),
    tf.slice(seen, [0, 0, width], [batch, latents, channels]),
  ];
}

/** The same for scores by axes. */
function seeGrid(
  ofFeatures: tf.Tensor3D,
  ofPositions: tf.Tensor3D,
  { features, axes, inverse }: CompactRows,
): [tf.Tensor3D, tf.Tensor3D] {
  const [batch, rows] = features.shape;
  const [, latents] = ofFeatures.shape;
  const sizes = axes.map(({ shape: [size] }) => size);
  const inverseOnGrid = inverse.reshape([batch, 1, ...sizes]);
  const ofAxes = axes.map((rows) => tf.matMul(ofPositions, asBatch(rows), false, true) as tf.Tensor3D); // [B or 1, N, size]

  const seenFeatures: tf.Tensor3D[] = [];
  const seenOnAxes: tf.Tensor3D[][] = axes.map(() => []);
  const atATime = Math.max(1, Math.floor(SCORES_AT_A_TIME / (batch * rows)));
  for (let start = 0; start < latents; start += atATime) {
    const count = Math.min(atATime, latents - start);
    const some = (x: tf.Tensor3D) => tf.slice(x, [0, start, 0], [x.shape[0], count, x.shape[2]]);
    const onGrid = (x: tf.Tensor, shape = sizes) => x.reshape([x.shape[0]!, count, ...shape]);
    const inRows = (x: tf.Tensor) => x.reshape<tf.Tensor3D>([batch, count, rows]);
    const byFeatures = onGrid(tf.matMul(some(ofFeatures), features, false, true));
    const undivided = ofAxes
      .map((scores, axis) => onGrid(some(scores), alongAxis(sizes, axis)))
      .reduce((sum, scores) => sum.add(scores), byFeatures);
    const shares = onGrid(tf.softmax(inRows(undivided.mul(inverseOnGrid)))).mul(inverseOnGrid);
    seenFeatures.push(tf.matMul(inRows(shares), features) as tf.Tensor3D);
    for (const axis of axes.keys()) {
      const others = [...axes.keys()].filter((other) => other !== axis).map((other) => 2 + other);
      seenOnAxes[axis]!.push(shares.sum(others));
    }
  }
  const seenPositions = seenOnAxes
    .map((parts, axis) => tf.matMul(tf.concat(parts, 1), asBatch(axes[axis]!)))
    .reduce((sum, part) => sum.add(part)) as tf.Tensor3D;
  return [tf.concat(seenFeatures, 1), seenPositions];
}

/** Sum of numbers and of their squares about their own mean, which those of several parts can be added up from. */
interface Moments {
  readonly count: number;
  readonly sum: tf.Tensor;
  readonly squares: tf.Tensor;
}

function inverseDeviations(
  features: tf.Tensor3D,
  embedding: tf.Tensor2D | undefined,
  axes: readonly tf.Tensor2D[],
): tf.Tensor3D {
  const first = embedding === undefined ? momentsOf(features) : embeddedMoments(features, embedding);
  const positions = positionMoments(axes, features.shape[1]);
  const channels = first.count + positions.count;
  const mean = first.sum.add(positions.sum).div(channels);
  const squaresOf = ({ count, sum, squares }: Moments) => sum.div(count).sub(mean).square().mul(count).add(squares);
  return squaresOf(first).add(squaresOf(positions)).div(channels).add(NORM_EPSILON).rsqrt() as tf.Tensor3D;
}

function momentsOf(features: tf.Tensor3D): Moments {
  const count = features.shape[2];
  const sum = features.sum(2, true);
  return { count, sum, squares: features.sub(sum.div(count)).square().sum(2, true) };
}

/** Of `features embedding^T`, without making it. */
function embeddedMoments(features: tf.Tensor3D, embedding: tf.Tensor2D): Moments {
  const [batch, rows, width] = features.shape;
  const flat = features.reshape<tf.Tensor2D>([-1, width]);
  const onRows = (x: tf.Tensor) => x.reshape([batch, rows, 1]);
  const centred = embedding.sub<tf.Tensor2D>(embedding.mean(0, true));
  const gram = tf.matMul(centred, centred, true, false) as tf.Tensor2D;
  return {
    count: embedding.shape[0],
    sum: onRows(tf.matMul(flat, embedding.sum(0).expandDims<tf.Tensor2D>(1))),
    squares: onRows(tf.matMul(flat, gram).mul(flat).sum(1)),
  };
}

function positionMoments(axes: readonly tf.Tensor2D[], rows: number): Moments {
  if (axes.length === 1) return momentsOf(asBatch(axes[0]!));
  const count = axes[0]!.shape[1];
  const onRows = (ofAxis: (axis: tf.Tensor2D) => tf.Tensor) => sumOfAxes(axes.map(ofAxis)).reshape([1, rows, 1]);
  const sum = onRows((axis) => axis.sum(1));
  const squares = onRows((axis) => axis.square().sum(1)).sub(sum.square().div(count));
  return { count, sum, squares };
}

const withoutMean = (x: tf.Tensor): tf.Tensor3D => x.sub(x.mean(2, true));

const asBatch = (x: tf.Tensor2D): tf.Tensor3D => x.expandDims(0);

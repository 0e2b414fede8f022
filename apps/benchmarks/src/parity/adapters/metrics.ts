import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  accuracy,
  argMax,
  averagePrecision,
  averageRanks,
  classScores,
  dPrime,
  f1Scores,
  flowMeter,
  matthewsCorrelation,
  meanAbsoluteError,
  meanSquaredError,
  multilabelMetrics,
  peakSignalToNoise,
  pearson,
  rocAuc,
  spearman,
  topKAccuracy,
} from 'perceiver-metrics';
import type { ParityAdapter } from '../adapter.js';
import { EXACT_LIMIT, type Numbers, rowCollector } from '../compare.js';
import { readExactly } from '../read-exactly.js';

type Value = number | string | readonly Value[];

interface MetricCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, Value>>;
  readonly values: Readonly<Record<string, Value>>;
}

type Inputs = (name: string) => Numbers;
type Computed = Record<string, number | ArrayLike<number>>;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What each kind of case is here, under the fixture's names. */
const METRICS: Readonly<Record<string, (input: Inputs, options: Readonly<Record<string, Value>>) => Computed>> = {
  accuracy: (input) => {
    const { values, shape } = input('logits');
    const labels = input('labels').values;
    return {
      accuracy: accuracy(argMax(values, shape[1]!), labels),
      top_5_accuracy: topKAccuracy(values, labels, 5),
    };
  },
  multiclass: (input) => {
    const [predictions, labels] = [input('predictions').values, input('labels').values];
    const { classes, perClass, macro, micro, weighted } = f1Scores(predictions, labels);
    return {
      f1_macro: macro,
      f1_micro: micro,
      f1_weighted: weighted,
      f1_per_class: perClass,
      labels_present_sorted: classes,
      accuracy: accuracy(predictions, labels),
      matthews: matthewsCorrelation(predictions, labels),
    };
  },
  binary: (input) => {
    const [predictions, labels] = [input('predictions').values, input('labels').values];
    return {
      accuracy: accuracy(predictions, labels),
      ...classScores(predictions, labels),
      matthews: matthewsCorrelation(predictions, labels),
    };
  },
  correlation: (input) => {
    const [x, y] = [input('x').values, input('y').values];
    return {
      pearson: pearson(x, y),
      spearman: spearman(x, y),
      mean_of_both: (pearson(x, y) + spearman(x, y)) / 2,
      ranks_x: averageRanks(x),
      ranks_y: averageRanks(y),
    };
  },
  ranking: (input) => {
    const [scores, labels] = [input('scores').values, input('labels').values];
    const area = rocAuc(scores, labels);
    return { average_precision: averagePrecision(scores, labels), roc_auc: area, d_prime: dPrime(area) };
  },
  multilabel: (input) => {
    const { values, shape } = input('scores');
    const found = multilabelMetrics(values, input('labels').values, shape[1]!);
    return {
      average_precision_per_class: found.averagePrecision,
      roc_auc_per_class: found.rocAuc,
      d_prime_per_class: found.rocAuc.map(dPrime),
      map_all_classes: found.mapAllClasses,
      map_classes_with_positives: found.mapClassesWithPositives,
      map_micro: found.mapMicro,
      mean_roc_auc_classes_with_both: found.meanRocAuc,
      d_prime_of_mean_roc_auc: found.dPrime,
    };
  },
  d_prime: (_, { roc_auc }) => ({ d_prime: dPrime(Number(roc_auc)) }),
  flow: (input) => {
    const [pairs, height, width] = input('valid').shape as [number, number, number];
    const [meter, unmasked] = [flowMeter(), flowMeter()];
    for (let pair = 0; pair < pairs; pair++) {
      const of = (name: string, channels: number) => {
        const size = height * width * channels;
        return Array.from({ length: size }, (_, i) => input(name).values[pair * size + i]!);
      };
      const flow = { width, height, data: of('flow', 2) };
      const target = { width, height, data: of('target', 2) };
      meter.add(flow, { ...target, valid: of('valid', 1) });
      unmasked.add(flow, target);
    }
    const { epe, flAll, within1px, within3px, within5px, pairMeans } = meter.result();
    return {
      epe,
      epe_ignoring_valid: unmasked.result().epe,
      epe_mean_of_image_means: pairMeans.epe,
      fl_all_percent: flAll,
      fl_all_percent_mean_of_image_means: pairMeans.flAll,
      share_within_1px: within1px,
      share_within_3px: within3px,
      share_within_5px: within5px,
    };
  },
  psnr: (input, options) => {
    const [image, target] = [input('image'), input('target')];
    const peak = Number(options.peak);
    const size = image.values.length / image.shape[0]!;
    const row = ({ values }: Numbers, i: number) => Array.from({ length: size }, (_, j) => values[i * size + j]!);
    const perImage = Array.from({ length: image.shape[0]! }, (_, i) =>
      peakSignalToNoise(row(image, i), row(target, i), peak),
    );
    return {
      psnr_of_pooled_mse: peakSignalToNoise(image.values, target.values, peak),
      psnr_per_image: perImage,
      psnr_mean_of_images: mean(perImage),
      mse: meanSquaredError(image.values, target.values),
      mae: meanAbsoluteError(image.values, target.values),
    };
  },
};

/** Absolute difference; 0 for the same NaN or infinity, infinite for another, and for another number of numbers. */
function difference(found: number | ArrayLike<number> | undefined, expected: Value): number {
  const numbers = (Array.isArray(expected) ? expected : [expected]).map(Number);
  const own = typeof found === 'number' ? [found] : Array.from(found ?? []);
  if (own.length !== numbers.length) return Number.POSITIVE_INFINITY;
  const distances = own.map((value, i) => {
    if (Object.is(value, numbers[i]) || value === numbers[i]) return 0;
    const distance = Math.abs(value - numbers[i]!);
    return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
  });
  return Math.max(0, ...distances);
}

/** Metrics as scikit-learn, scipy and numpy compute them (PARITY-baselines, section 5). */
export const metricsAdapter: ParityAdapter = {
  recognises: (fixture) => fixture.has('metrics.json'),
  check: async (fixture) => {
    const collector = rowCollector();
    const inputs = await readExactly(join(fixture.path, 'inputs.safetensors'));
    const text = readFileSync(join(fixture.path, 'metrics.json'), 'utf8');
    const { cases } = JSON.parse(text) as { cases: readonly MetricCase[] };
    for (const { name, inputs: names, options = {}, values } of cases) {
      const kind = name.split('/')[0]!;
      const found = METRICS[kind]?.((input) => inputs.get(names[input]!)!, options) ?? {};
      for (const [metric, expected] of Object.entries(values)) {
        collector.add(`${kind}: ${metric}`, name, difference(found[metric], expected), EXACT_LIMIT);
      }
    }
    return collector.rows();
  },
};

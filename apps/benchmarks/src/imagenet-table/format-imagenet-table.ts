import { drawTable } from '../draw-table.js';
import type { ComputedFigures, ImageNetRow } from './imagenet-rows.js';

/** A row with what was computed. */
export interface FilledRow {
  readonly row: ImageNetRow;
  readonly computed: ComputedFigures;
}

const NOTES = [
  'c computed by tracing the models of this repository; p stated in the papers (P: Perceiver, with the number of the table; IO: Perceiver IO).',
  'FLOPs are those of one picture forward, by the papers’ convention: a multiplication and its addition count as two; norms, softmax,',
  'activations and position features are left out.',
  'Top-1 needs ImageNet and weights: `perceiver-image-classification evaluate` measures it on a folder of ImageNet’s validation pictures, with',
  'the released weights of Perceiver IO, torchvision’s of ResNet-50 and ViT-B/16, or those of `train-image-classification`.',
  'Top-1 of ResNet-50 and ViT-B/16 on colours alone are quoted by the paper from others’. Of the Transformer it says only that it is the latent',
  'Transformer with hyperparameters of its own: sizes here (512 channels, 8 heads, 6 layers) are this repository’s choice.',
  'Its table 6 gives the model of 1 cross-attend twice, with 41.1M ("at start") and 42.1M ("interleaved") parameters; it is the same model.',
];

/** The papers' ImageNet rows beside what the code gives, as Markdown. Every figure is marked with where it comes from. */
export function formatImageNetTable(rows: readonly FilledRow[]): string {
  const header = [
    ['model', 'source'],
    ['params', 'paper', 'off'],
    ['FLOPs', 'paper', 'off'],
    ['top-1', 'paper'],
  ].flat();
  const lines = rows.map(({ row: { name, paper }, computed }) => [
    name,
    paper.source,
    `${computed.params.toLocaleString('en-US')} c`,
    stated(paper.params, (value) => `${value}M`),
    difference(computed.params / 1e6, paper.params),
    `${(computed.flops / 1e9).toFixed(1)}B c`,
    stated(paper.flops, (value) => `${value}B`),
    difference(computed.flops / 1e9, paper.flops),
    'needs weights',
    stated(paper.top1, (value) => value.toFixed(1)),
  ]);
  return [drawTable(header, lines, (column) => column >= 2), '', ...NOTES].join('\n');
}

const stated = (value: number | undefined, format: (value: number) => string): string =>
  value === undefined ? 'not stated' : `${format(value)} p`;

function difference(computed: number, paper: number | undefined): string {
  if (paper === undefined) return '';
  const off = 100 * (computed / paper - 1);
  return `${off < 0 ? '-' : '+'}${Math.abs(off).toFixed(1)}% c`;
}

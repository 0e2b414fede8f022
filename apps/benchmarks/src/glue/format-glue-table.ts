import { drawTable } from '../draw-table.js';
import { median } from '../speed/median.js';
import type { GlueQueryRow } from './glue-query-rows.js';
import { type ComputedFigures, type GlueRow, timedRows } from './glue-rows.js';

/** A row with what was computed, and its measured seconds a step where that was asked for. */
export interface FilledRow {
  readonly row: GlueRow;
  readonly computed: ComputedFigures;
  readonly seconds?: readonly number[];
}

/** Where a cell comes from: computed from the code, measured here, or stated in the paper. */
type Mark = 'c' | 'm' | 'p';

const marked = (value: string, mark: Mark) => `${value} ${mark}`;
const billions = (flops: number) => `${(flops / 1e9).toFixed(1)}B`;

/** The paper's GLUE table beside what this repository gives, as Markdown. Every cell is marked with where it comes from. */
export function formatGlueTable(rows: readonly FilledRow[]): string {
  const base = rows.find(({ row }) => row === timedRows[0])!;
  const header = [
    ['model', 'tokens', 'M', 'N', 'depth'],
    ['params', 'paper'],
    ['FLOPs, all products', 'FLOPs, paper’s way', 'paper', 'off'],
    ['steps/s, of BERT Base (ours)', 'paper'],
    ['average', 'paper'],
  ].flat();
  const lines = rows.map(({ row, computed, seconds }) => {
    const { paper } = row;
    const off = 100 * (computed.paperFlops / (1e9 * paper.flops) - 1);
    const ratio = seconds && base.seconds ? median(base.seconds) / median(seconds) : undefined;
    return [
      row.name,
      row.tokens,
      marked(String(row.inputs), 'c'),
      marked(String(row.latents), 'c'),
      marked(String(row.depth), 'c'),
      marked(computed.params.toLocaleString('en-US'), 'c'),
      marked(`${paper.params}M`, 'p'),
      marked(billions(computed.flops), 'c'),
      marked(billions(computed.paperFlops), 'c'),
      marked(`${paper.flops}B`, 'p'),
      marked(`${off < 0 ? '-' : '+'}${Math.abs(off).toFixed(1)}%`, 'c'),
      measuredRatio(row, ratio),
      paperRatio(row, base.row),
      'needs pre-training',
      marked(paper.average.toFixed(1), 'p'),
    ];
  });
  return [drawTable(header, lines, (column) => column >= 2), '', ...notes(rows)].join('\n');
}

/** The paper's multitask table beside the parameters of its models, as Markdown. */
export function formatGlueQueryTable(
  rows: readonly (GlueQueryRow & { readonly models: number; readonly parameters: number })[],
): string {
  const header = ['Perceiver IO, UTF-8 bytes', 'models', 'params in all', 'average', 'paper'];
  const lines = rows.map(({ name, models, parameters, average }) => [
    name,
    marked(String(models), 'c'),
    marked(parameters.toLocaleString('en-US'), 'c'),
    'needs pre-training',
    marked(average.toFixed(1), 'p'),
  ]);
  const note = '`benchmark glue-queries` trains these four rows small and from scratch, and measures them.';
  return [drawTable(header, lines, (column) => column >= 1), '', note].join('\n');
}

function measuredRatio({ paper }: GlueRow, ratio: number | undefined): string {
  if (ratio !== undefined) return marked(ratio.toFixed(2), 'm');
  return paper.stepsPerSecond === undefined ? 'as the next row c' : 'needs --steps';
}

function paperRatio({ paper }: GlueRow, base: GlueRow): string {
  if (paper.stepsPerSecond === undefined || base.paper.stepsPerSecond === undefined) return marked('-', 'p');
  const ratio = paper.stepsPerSecond / base.paper.stepsPerSecond;
  return marked(`${ratio.toFixed(2)} (${paper.stepsPerSecond}/s)`, 'p');
}

function notes(rows: readonly FilledRow[]): string[] {
  const byName = (name: string) => rows.find(({ row }) => row.name === name);
  const base = byName('Perceiver IO');
  const lines = [
    'c computed by tracing the models of this repository; m measured on this machine; p stated in the paper. Both BERT Base are one model.',
    'FLOPs are those of one text forward: a multiplication and its addition count as two; norms, softmax and activations are left out.',
    '"paper\'s way" counts the products with the output embedding (32,000 or 262 rows) once instead of twice. The paper does not say so;',
    'it is the one convention found under which both SentencePiece rows come near its figures.',
    'Averages need pre-training (500,000 steps of batch 2048 on C4 and Wikipedia) or released weights, then `train-text glue` on each task.',
  ];
  if (base !== undefined) {
    const { computed, row } = base;
    const perLayer = selfAttendFlops(row);
    const layers = row.depth - (computed.paperFlops - 1e9 * row.paper.flops) / perLayer;
    lines.push(
      `The byte-level Perceiver IO stays above the paper's ${row.paper.flops}B; that figure would need ${layers.toFixed(1)} of its ${row.depth} self-attends of`,
      `${billions(perLayer)}, while its parameters and the released weights have all ${row.depth}.`,
    );
  }
  return lines;
}

/** What one more self-attend of a Perceiver IO adds, in operations. */
function selfAttendFlops({ model, latents }: GlueRow): number {
  const { encoder } = model.config as { encoder: { latentChannels: number; qkChannels: number; vChannels: number } };
  const { latentChannels: d, qkChannels: qk, vChannels: v } = encoder;
  return 2 * latents * (d * (2 * qk + v) + v * d + latents * (qk + v) + 2 * d * d);
}

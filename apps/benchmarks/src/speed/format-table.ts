import { drawTable } from '../draw-table.js';
import { isReached, type Row } from './benchmark.js';

/** The rows as a Markdown table, which also reads well as text. */
export function formatTable(rows: readonly Row[]): string {
  const header = ['benchmark', 'measure', 'ours', 'PyTorch', 'ratio', 'bar', 'reached'];
  const lines = rows.map((row) => {
    const { benchmark, measure, unit, ours, peer, ratio, bar } = row;
    const reached = isReached(row);
    return [
      benchmark,
      measure,
      quantity(ours, unit),
      peer === undefined ? '' : quantity(peer, unit),
      figure(ratio),
      bar === undefined ? '' : `<= ${figure(bar)}`,
      reached === undefined ? '' : reached ? 'yes' : 'no',
    ];
  });
  return drawTable(header, lines, (column) => column >= 2 && column <= 5);
}

function quantity(value: number, unit: Row['unit']): string {
  if (unit === 's') return value < 1 ? `${(1000 * value).toFixed(1)} ms` : `${value.toFixed(2)} s`;
  if (unit === 'MB') return `${value.toFixed(0)} MB`;
  return figure(value);
}

function figure(value: number): string {
  return value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(1) : String(Number(value.toFixed(3)));
}

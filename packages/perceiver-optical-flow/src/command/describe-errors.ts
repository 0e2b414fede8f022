import type { FlowMetrics } from 'perceiver-metrics';
import type { FlowControls } from '../metrics/flow-controls.js';

const HEADER = ['', 'EPE', 'Fl-all', '< 1 px', '< 3 px', '< 5 px', 's0-10', 's10-40', 's40+'];

const pixels = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(3));
const percent = (value: number): string => `${value.toFixed(2)}%`;

function row(name: string, { epe, flAll, within1px, within3px, within5px, bySpeed }: FlowMetrics): string[] {
  const shares = [within1px, within3px, within5px].map((share) => percent(100 * share));
  return [name, pixels(epe), percent(flAll), ...shares, ...Object.values(bySpeed).map((speed) => pixels(speed.epe))];
}

/** A table of a model's errors and those of the controls. */
export function describeErrors(metrics: FlowMetrics, { zero, constant }: FlowControls): string {
  const [u, v] = constant.flow;
  const rows = [
    HEADER,
    row('model', metrics),
    row('zero flow', zero),
    row(`best constant (${u.toFixed(2)}, ${v.toFixed(2)})`, constant),
  ];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\nover ${metrics.pixels} pixels; s0-10, s10-40, s40+: EPE by the length of the true flow\n`;
}

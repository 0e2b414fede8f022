import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { LossPlotOptions, PlotCurve } from './plot-types.js';
import { runningMean } from './running-mean.js';
import { spread } from './spread.js';

// Colours of Okabe and Ito (2008), distinguishable with colour-blind eyes.
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const INK = '#333333';
const MUTED = '#767676';
const GRID = '#e6e6e6';
const FONT = 'font-family="Helvetica, Arial, sans-serif"';
/** Mean width of a character in shares of the font size. */
const CHARACTER = 0.55;
/** Most points drawn of a curve; more would not be seen. */
const MOST_POINTS = 1500;

type Points = readonly (readonly [number, number])[];

/** A plot of losses as the text of an SVG image: curves over steps, labelled reference lines, linear or logarithmic. */
export function lossPlot(options: LossPlotOptions): string {
  const { curves, references = [], title, xLabel = 'step', yLabel = 'loss', yScale = 'linear' } = options;
  const { width = 860, height = 480, legend = 'top' } = options;
  const drawn = curves.map((curve) => finitePoints(curve, yScale));
  const xs = drawn.flatMap((points) => points.map(([x]) => x));
  if (xs.length === 0) throw new RangeError('lossPlot: expected at least one finite point, got none');
  const smoothed = drawn.map((points, i) => (curves[i]!.smooth ? runningMean(points, curves[i]!.smooth) : points));

  const labelWidth = Math.max(0, ...references.map(({ label }) => label.length)) * 12 * CHARACTER;
  const margin = { top: title ? 56 : 28, right: Math.max(24, labelWidth + 20), bottom: 52, left: 68 };
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];

  const x = scaleLinear()
    .domain([Math.min(0, ...minMax(xs)), minMax(xs)[1]])
    .range([left, right]);
  const values = references.map(({ value }) => value);
  const domain = options.yDomain ?? yLimits(smoothed, values, yScale);
  const y = (yScale === 'log' ? scaleLog() : scaleLinear()).domain(domain).range([bottom, top]);
  const path = line<readonly [number, number]>(
    ([a]) => Number(x(a).toFixed(1)),
    ([, b]) => Number(y(b).toFixed(1)),
  );

  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${FONT}>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<clipPath id="area"><rect x="${left}" y="${top}" width="${right - left + 8}" height="${bottom - top}"/></clipPath>`,
  ];
  if (title) out.push(text(left, 26, title, { size: 16, weight: 600 }));

  // Grid and axes.
  for (const tick of logOrLinearTicks(y, yScale)) {
    const at = y(tick).toFixed(1);
    out.push(`<line x1="${left}" x2="${right}" y1="${at}" y2="${at}" stroke="${GRID}"/>`);
    out.push(text(left - 8, Number(at) + 4, formatTick(tick), { anchor: 'end', colour: MUTED }));
  }
  for (const tick of x.ticks(7)) {
    const at = x(tick).toFixed(1);
    out.push(`<line x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 5}" stroke="${MUTED}"/>`);
    out.push(text(Number(at), bottom + 20, formatTick(tick), { anchor: 'middle', colour: MUTED }));
  }
  out.push(`<line x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="${MUTED}"/>`);
  out.push(text((left + right) / 2, height - 12, xLabel, { anchor: 'middle' }));
  out.push(text(18, (top + bottom) / 2, yLabel, { anchor: 'middle', rotate: true }));

  // Reference lines, labelled at the right edge; labels that would overlap are moved apart.
  const shown = references.filter(({ value }) => value >= domain[0] && value <= domain[1]);
  const labelAt = spread(
    shown.map(({ value }) => y(value)),
    15,
    [top, bottom],
  );
  shown.forEach(({ label, value }, i) => {
    const at = y(value).toFixed(1);
    out.push(`<line x1="${left}" x2="${right}" y1="${at}" y2="${at}" stroke="${MUTED}" stroke-dasharray="2 4"/>`);
    out.push(text(right + 8, labelAt[i]! + 4, label, { colour: MUTED, size: 12 }));
  });

  // Curves: faint points below, means and plain curves above.
  out.push('<g clip-path="url(#area)">');
  const colourOf = (i: number) => COLOURS[i % COLOURS.length];
  curves.forEach((curve, i) => {
    if (curve.smooth)
      out.push(`<path d="${path(thin(drawn[i]!))}" fill="none" stroke="${colourOf(i)}" stroke-opacity="0.22"/>`);
  });
  curves.forEach((curve, i) => {
    const points = thin(smoothed[i]!);
    if (points.length === 0) return;
    if (curve.marks) {
      for (const [a, b] of points)
        out.push(
          `<circle cx="${x(a).toFixed(1)}" cy="${y(b).toFixed(1)}" r="5" fill="#ffffff" stroke="${colourOf(i)}" stroke-width="2.5"/>`,
        );
      return;
    }
    out.push(
      `<path d="${path(points)}" fill="none" stroke="${colourOf(i)}" stroke-width="2" stroke-linejoin="round"/>`,
    );
    if (!curve.smooth && points.length <= 60)
      for (const [a, b] of points)
        out.push(`<circle cx="${x(a).toFixed(1)}" cy="${y(b).toFixed(1)}" r="3" fill="${colourOf(i)}"/>`);
  });

  out.push('</g>');

  // Legend at the right, where falling curves leave room at the top and rising ones at the bottom, on a white ground.
  const entries = curves.map(({ label }, i) => {
    const last = smoothed[i]!.at(-1);
    return last ? `${label} (${formatValue(last[1])})` : label;
  });
  const legendTop = legend === 'top' ? top : bottom - entries.length * 20 - 16;
  const legendWidth = Math.max(...entries.map((entry) => entry.length)) * 13 * CHARACTER + 40;
  out.push(
    `<rect x="${right - legendWidth}" y="${legendTop + 4}" width="${legendWidth}" height="${entries.length * 20 + 8}" fill="#ffffff" fill-opacity="0.85"/>`,
  );
  entries.forEach((entry, i) => {
    const at = legendTop + 18 + i * 20;
    const from = right - legendWidth + 8;
    out.push(
      curves[i]!.marks
        ? `<circle cx="${from + 9}" cy="${at}" r="5" fill="#ffffff" stroke="${colourOf(i)}" stroke-width="2.5"/>`
        : `<line x1="${from}" x2="${from + 18}" y1="${at}" y2="${at}" stroke="${colourOf(i)}" stroke-width="3"/>`,
    );
    out.push(text(from + 26, at + 4, entry, {}));
  });
  out.push('</svg>', '');
  return out.join('\n');
}

function finitePoints({ points }: PlotCurve, scale: 'linear' | 'log'): Points {
  return points.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b) && (scale === 'linear' || b > 0));
}

function minMax(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [Infinity, -Infinity],
  );
}

/** Limits with 4% of air. What lies above the references and above the curves' first twentieth is cut off. */
function yLimits(curves: readonly Points[], references: readonly number[], scale: 'linear' | 'log'): [number, number] {
  const all = curves.flatMap((points) => points.map(([, value]) => value));
  const settled = curves.flatMap((points) => points.slice(Math.floor(points.length / 20)).map(([, value]) => value));
  const [low] = minMax([...all, ...references]);
  const [, high] = minMax([...(settled.length > 0 ? settled : all), ...references]);
  if (scale === 'log') return [low / 1.04, Math.max(high, low * 1.01) * 1.04];
  const air = 0.04 * (high - low || Math.abs(high) || 1);
  return [low - air, high + air];
}

function logOrLinearTicks(
  scale: { ticks: (count: number) => number[]; domain: () => number[] },
  kind: string,
): number[] {
  if (kind === 'linear') return scale.ticks(6);
  // Within less than a decade d3 gives too many or too few; linear ticks read better there.
  const [low, high] = scale.domain() as [number, number];
  if (high / low < 20) return scaleLinear().domain([low, high]).ticks(6);
  return scale.ticks(6).filter((tick) => /^[125]/.test(tick.toExponential()));
}

function thin(points: Points): Points {
  if (points.length <= MOST_POINTS) return points;
  const every = points.length / MOST_POINTS;
  const picked = Array.from({ length: MOST_POINTS }, (_, i) => points[Math.floor(i * every)]!);
  return [...picked, points.at(-1)!];
}

function formatTick(value: number): string {
  return Math.abs(value) >= 10_000 ? `${Number((value / 1000).toPrecision(4))}k` : String(Number(value.toPrecision(6)));
}

function formatValue(value: number): string {
  return Math.abs(value) >= 0.01 && Math.abs(value) < 1000 ? value.toFixed(value >= 100 ? 1 : 3) : value.toPrecision(3);
}

interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly colour?: string;
  readonly size?: number;
  readonly weight?: number;
  readonly rotate?: boolean;
}

function text(x: number, y: number, content: string, options: TextOptions): string {
  const { anchor = 'start', colour = INK, size = 13, weight = 400, rotate = false } = options;
  const place = rotate ? `transform="translate(${x} ${y}) rotate(-90)"` : `x="${x.toFixed(1)}" y="${y.toFixed(1)}"`;
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text ${place} font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${colour}">${escaped}</text>`;
}

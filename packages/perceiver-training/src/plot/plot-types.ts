/** A line of a plot. */
export interface PlotCurve {
  readonly label: string;
  /** Points `[x, y]` by rising x. */
  readonly points: readonly (readonly [number, number])[];
  /** Many noisy points: drawn faint, with a running mean over this many points on top. */
  readonly smooth?: number;
  /** Points that stand alone: large marks, no line between them. */
  readonly marks?: boolean;
}

/** A horizontal line to compare with. */
export interface PlotReference {
  readonly label: string;
  readonly value: number;
}

export interface LossPlotOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly curves: readonly PlotCurve[];
  readonly references?: readonly PlotReference[];
  readonly yScale?: 'linear' | 'log';
  /** Limits of y; otherwise from the curves and references, without the first steep part of the fall. */
  readonly yDomain?: readonly [number, number];
  /** Corner at the right where the legend stands: `top`, for falling curves, by default. */
  readonly legend?: 'top' | 'bottom';
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
}

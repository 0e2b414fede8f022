import { readFile } from 'node:fs/promises';
import { type AppendFile, openAppendFile } from './append-file.js';

/** One line of a run's `metrics.jsonl`. */
export interface MetricsLine {
  readonly kind: 'train' | 'evaluation';
  readonly step: number;
  /** Time spent in training. */
  readonly seconds: number;
  readonly [metric: string]: number | string | boolean;
}

/** Opens a metrics file; lines after step `upTo` (of a session that was cut off) and a torn last line are dropped. */
export async function openMetricsLog(path: string, { upTo = 0 }: { upTo?: number } = {}): Promise<AppendFile> {
  const text = await readFile(path).catch(() => Buffer.alloc(0));
  let length = 0;
  for (let end = text.indexOf(10); end !== -1; end = text.indexOf(10, end + 1)) {
    const line = parseLine(text.subarray(length, end).toString());
    if (line === undefined || line.step > upTo) break;
    length = end + 1;
  }
  return openAppendFile(path, { length });
}

/** The lines of a metrics file; a torn line is left out. */
export async function readMetrics(path: string): Promise<MetricsLine[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').map(parseLine);
  return lines.filter((line) => line !== undefined);
}

/** A line as bytes. */
export function metricsLine(line: MetricsLine): Uint8Array {
  return Buffer.from(`${JSON.stringify(line)}\n`);
}

function parseLine(text: string): MetricsLine | undefined {
  try {
    return JSON.parse(text) as MetricsLine;
  } catch {
    return undefined;
  }
}

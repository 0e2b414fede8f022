import { readFileSync, writeFileSync } from 'node:fs';
import type { ProcessReport } from '../run-process.js';

/** The settings that the parent gave. */
export function workerSettings<S>(): S {
  return JSON.parse(process.argv[2]!) as S;
}

/** Prints what was measured, as the last line. */
export function report(values: Omit<ProcessReport, 'peakBytes'> & { peakBytes?: number }): void {
  process.stdout.write(`${JSON.stringify({ peakBytes: peakBytes(), ...values })}\n`);
}

/** Most resident memory of this process so far (or since {@link resetPeak}); mapped files count as far as they are resident. */
export function peakBytes(): number {
  return statusBytes('VmHWM') ?? process.resourceUsage().maxRSS * 1024;
}

/** Lets the peak begin anew, after collecting garbage; false where the system cannot. */
export function resetPeak(): boolean {
  globalThis.gc?.();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function statusBytes(field: string): number | undefined {
  try {
    const found = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'));
    return found ? Number(found[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

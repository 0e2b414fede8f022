type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;

export interface ProgressLineOptions {
  /** `process.stderr` by default. */
  readonly stderr?: Output;
  /** Milliseconds; those of the system by default. */
  readonly now?: () => number;
}

/**
 * Says how far a work is and, once that can be told, about how many minutes are left: on a terminal in one line that is written over, otherwise
 * a line each tenth. Where the count falls back, the next work begins.
 *
 * @param what is done, such as `decoded`
 * @param unit what is counted, such as `points`
 */
export function progressLine(
  what: string,
  unit: string,
  { stderr = process.stderr, now = () => performance.now() }: ProgressLineOptions = {},
): (done: number, total: number) => void {
  let [began, last, lastTime] = [now(), 0, now()];
  let nextLine = 0.1;
  return (done, total) => {
    if (done <= last) [began, nextLine] = [lastTime, 0.1];
    [last, lastTime] = [done, now()];
    const fraction = done / total;
    const minutes = Math.round(((lastTime - began) * (1 / fraction - 1)) / 60_000);
    const left = minutes >= 1 && done < total ? `, about ${minutes} min left` : '';
    const text = `${what}: ${Math.floor(100 * fraction)}% of ${total.toLocaleString('en-US')} ${unit}${left}`;
    if (stderr.isTTY) stderr.write(`\r${text}\x1b[K${done === total ? '\n' : ''}`);
    else if (fraction >= nextLine) {
      stderr.write(`${text}\n`);
      nextLine = Math.floor(10 * fraction + 1) / 10;
    }
  };
}

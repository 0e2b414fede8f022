type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;

/** Says how far a work is: on a terminal in one line that is written over, otherwise a line each tenth. */
export function progressLine(what: string, stderr: Output): (done: number, total: number) => void {
  let nextLine = 0.1;
  return (done, total) => {
    const fraction = done / total;
    const text = `${what}: ${Math.floor(100 * fraction)}% of ${total.toLocaleString('en-US')} points`;
    if (stderr.isTTY) stderr.write(`\r${text}\x1b[K${done === total ? '\n' : ''}`);
    else if (fraction >= nextLine) {
      stderr.write(`${text}\n`);
      nextLine = Math.floor(10 * fraction + 1) / 10;
    }
  };
}

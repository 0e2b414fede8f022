import type { DownloadProgress } from 'perceiver-checkpoints';

const MEGABYTE = 1e6;
/** On what is no terminal, a line each time so much more of a file is there. */
const LINE_EVERY = 0.1;

type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;

/** Says how far downloads are: on a terminal in one line that is written over, otherwise a line each tenth. */
export function downloadReport(stderr: Output): (progress: DownloadProgress) => void {
  let current = '';
  let nextLine = 0;
  return ({ file, loadedBytes, totalBytes }) => {
    if (file !== current) {
      current = file;
      nextLine = 0;
    }
    const fraction = totalBytes === 0 ? 1 : loadedBytes / totalBytes;
    const isWhole = loadedBytes >= totalBytes;
    const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);
    const text = `${file}: ${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB, ${Math.floor(100 * fraction)}%`;
    if (stderr.isTTY) stderr.write(`\r${text}\x1b[K${isWhole ? '\n' : ''}`);
    else if (fraction >= nextLine) {
      stderr.write(`${text}\n`);
      nextLine = Math.max(nextLine + LINE_EVERY, fraction + LINE_EVERY / 2);
    }
  };
}

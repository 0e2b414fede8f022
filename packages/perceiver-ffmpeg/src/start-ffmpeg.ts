import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { FfmpegNotFoundError } from './ffmpeg-not-found-error.js';
import { findFfmpeg } from './find-ffmpeg.js';
import { MediaFileError } from './media-file-error.js';

export interface FfmpegRunOptions {
  /** What the run is about, in messages. */
  readonly name: string;
  readonly signal?: AbortSignal;
  /** Milliseconds without progress, while progress is waited for, after which ffmpeg is ended; 60,000 by default. */
  readonly stallTimeout?: number;
  /** Further pipes that ffmpeg reads: `pipe:3` and up. */
  readonly inputPipes?: number;
}

/** A running ffmpeg. Whoever starts it ends it: by reading `output` to its end or leaving the loop, or by `stop`. */
export interface FfmpegRun {
  /** What it reads: `pipe:0`, `pipe:3`, ... */
  readonly inputs: readonly Writable[];
  /** What it writes to `pipe:1`, as fast as it is taken. Throws MediaFileError where ffmpeg fails or stalls. */
  readonly output: AsyncGenerator<Uint8Array, void>;
  /** Writes to an input; waits until ffmpeg has taken it. */
  write(input: Writable, bytes: Uint8Array): Promise<void>;
  /** Waits for the end. Throws MediaFileError if ffmpeg failed. */
  finished(): Promise<void>;
  /** Ends it at once, if it still runs. */
  stop(): Promise<void>;
  /** What it said on stderr: the beginning and the end, where it is long. */
  log(): string;
}

const LOG_HEAD = 2 ** 18;
const LOG_TAIL = 2 ** 13;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The last lines, without characters that move a terminal's cursor and addresses in memory. */
function lastLines(log: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const lines = log.replace(/[\x00-\x09\x0b-\x1f\x7f]/g, ' ').split('\n');
  const said = lines.filter((line) => line.trim() !== '');
  return said
    .slice(-4)
    .map(
      (line) =>
        `\n  ${line
          .trim()
          .replace(/ @ 0x[0-9a-f]+\]/, ']')
          .slice(0, 300)}`,
    )
    .join('');
}

/**
 * Starts ffmpeg, never through a shell. Arguments that come from outside go through `mediaInput`.
 *
 * @throws FfmpegNotFoundError
 */
export function startFfmpeg(args: readonly string[], options: FfmpegRunOptions): FfmpegRun {
  const { name, signal, stallTimeout = 60_000, inputPipes = 0 } = options;
  signal?.throwIfAborted();
  const program = findFfmpeg();
  const pipes = Array.from({ length: inputPipes }, () => 'pipe' as const);
  const takesInput = inputPipes > 0;
  const child = spawn(program, ['-hide_banner', ...(takesInput ? [] : ['-nostdin']), ...args], {
    stdio: [takesInput ? 'pipe' : 'ignore', 'pipe', 'pipe', ...pipes.slice(1)],
    windowsHide: true,
  });
  running.add(child);
  const inputs = takesInput ? [child.stdin!, ...(child.stdio.slice(3) as Writable[])] : [];
  // An input that ffmpeg closes is not an error by itself: its exit code tells.
  for (const input of inputs) input.on('error', () => {});

  let head = '';
  let tail = '';
  const stderr = child.stderr as Readable;
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => {
    const room = LOG_HEAD - head.length;
    head += text.slice(0, room);
    if (text.length > room) tail = (tail + text.slice(Math.max(0, room))).slice(-LOG_TAIL);
  });
  const log = () => head + tail;

  let startError: Error | undefined;
  const closed = new Promise<void>((done) => {
    child.on('error', (error) => {
      startError = error;
      done();
    });
    child.on('exit', () => {
      running.delete(child);
    });
    child.on('close', () => done());
  });

  /** Waits for a step of progress, for an abort, or until nothing came for too long. */
  const inTime = async <T>(step: Promise<T>): Promise<T> => {
    step.catch(() => {});
    let cancel = () => {};
    const interruption = new Promise<never>((_, reject) => {
      const onAbort = () => reject(signal!.reason);
      const timer = setTimeout(() => {
        reject(
          new MediaFileError(`${name}: ended ffmpeg, which made no progress for ${stallTimeout} ms${lastLines(log())}`),
        );
      }, stallTimeout);
      signal?.addEventListener('abort', onAbort, { once: true });
      cancel = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
    });
    try {
      signal?.throwIfAborted();
      return await Promise.race([step, interruption]);
    } catch (error) {
      await stop();
      throw error;
    } finally {
      cancel();
    }
  };

  const stop = async () => {
    // Nothing that an interrupted run wrote is kept, so it gets no time to end well.
    child.kill('SIGKILL');
    for (const stream of child.stdio) if (stream !== stderr) stream?.destroy();
    // Where FFMPEG_PATH is a script, what it started may live on and keep the pipe open.
    const timer = setTimeout(() => stderr.destroy(), 1000);
    await closed;
    clearTimeout(timer);
  };

  const finished = async () => {
    await inTime(closed);
    if (startError !== undefined) {
      throw new FfmpegNotFoundError(`${program} could not be started: ${startError.message}`, { cause: startError });
    }
    if (child.exitCode !== 0) {
      const how = child.exitCode === null ? `ended by ${child.signalCode}` : `exit code ${child.exitCode}`;
      throw new MediaFileError(`${name}: ffmpeg failed (${how})${lastLines(log()) || ' and said nothing'}`);
    }
  };

  async function* readOutput(): AsyncGenerator<Uint8Array, void> {
    try {
      const chunks = (child.stdout as Readable)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      for (;;) {
        const { value, done } = await inTime(chunks.next());
        if (done) break;
        yield value;
      }
      await finished();
    } finally {
      await stop();
    }
  }

  const write = async (input: Writable, bytes: Uint8Array) => {
    // Written means taken, so that the caller may use the memory again.
    const taken = new Promise<boolean>((done) => {
      input.write(bytes, (error) => done(!error));
    });
    if (await inTime(taken)) return;
    await finished();
    throw new MediaFileError(`${name}: expected ffmpeg to take all input, it ended before${lastLines(log())}`);
  };

  return { inputs, output: readOutput(), write, finished, stop, log };
}

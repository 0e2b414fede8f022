import { SingleBar } from 'cli-progress';
import type { EvaluationReport, Recorder, StepReport } from '../trainer/train-options.js';
import { formatDuration } from './format-duration.js';
import { followPace, type Pace } from './pace.js';

export interface ProgressOptions {
  /** JSON lines on stdout in place of text for people. */
  readonly json?: boolean;
  /** Seconds between plain lines, where there is no terminal. */
  readonly everySeconds?: number;
  readonly stderr?: NodeJS.WriteStream;
  readonly stdout?: Pick<NodeJS.WriteStream, 'write'>;
}

/** Shows a run; it is a recorder for `train`. */
export interface Progress extends Required<Pick<Recorder, 'onStep' | 'onEvaluation' | 'onWarning'>> {
  /** Prints a line of text above the bar; with `--json`, `{ event: 'message' }`. */
  message(text: string): void;
  /** Takes the bar down. */
  close(): void;
}

/** A bar with rate, loss and time left on a terminal, plain lines otherwise, both on stderr; or JSON lines on stdout. */
export function createProgress(options: ProgressOptions = {}): Progress {
  const { json = false, stderr = process.stderr } = options;
  if (json) return jsonProgress(options);
  return stderr.isTTY ? barProgress(stderr) : lineProgress(stderr, options.everySeconds ?? 5);
}

function jsonProgress({ stdout = process.stdout }: ProgressOptions): Progress {
  const print = (event: string, values: object) => {
    stdout.write(`${JSON.stringify({ event, ...values })}\n`);
  };
  return {
    onStep: (report) => print('step', report),
    onEvaluation: (report) => print('evaluation', report),
    onWarning: (message) => print('warning', { message }),
    message: (text) => print('message', { text }),
    close: () => {},
  };
}

function barProgress(stderr: NodeJS.WriteStream): Progress {
  const pace = followPace();
  const bar = new SingleBar({
    stream: stderr,
    format: '{bar} {percentage}% | step {step} | {rate} | loss {loss} | {left} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: false,
    gracefulExit: false,
    linewrap: false,
  });
  let shown = false;
  const above = (text: string) => {
    if (shown) bar.stop();
    const wasShown = shown;
    shown = false;
    // The bar's last state is overwritten; it comes back below the text with the next step.
    stderr.write(wasShown ? `\x1b[1A\x1b[2K${text}\n` : `${text}\n`);
  };
  return {
    onStep: (report) => {
      const values = payload(report, pace(report));
      if (!shown) bar.start(1, report.fraction, values);
      shown = true;
      bar.update(report.fraction, values);
    },
    onEvaluation: (report) => above(evaluationText(report)),
    onWarning: (message) => above(`warning: ${message}`),
    message: above,
    close: () => {
      if (shown) bar.stop();
      shown = false;
    },
  };
}

function lineProgress(stderr: NodeJS.WriteStream, everySeconds: number): Progress {
  const pace = followPace();
  let last = -Infinity;
  const print = (text: string) => {
    stderr.write(`${text}\n`);
  };
  return {
    onStep: (report) => {
      const current = pace(report);
      if (report.seconds - last < everySeconds && report.fraction < 1) return;
      last = report.seconds;
      const { step, rate, loss, left } = payload(report, current);
      print(`step ${step} (${Math.floor(report.fraction * 100)}%), ${rate}, loss ${loss}, ${left} left`);
    },
    onEvaluation: (report) => print(evaluationText(report)),
    onWarning: (message) => print(`warning: ${message}`),
    message: print,
    close: () => {},
  };
}

function payload({ step, loss }: StepReport, { stepsPerSecond, secondsLeft }: Pace) {
  const slow = stepsPerSecond > 0 && stepsPerSecond < 1;
  const rate = slow ? `${(1 / stepsPerSecond).toFixed(1)} s/step` : `${stepsPerSecond.toFixed(1)} steps/s`;
  return { step, loss: loss.toFixed(4), rate, left: formatDuration(secondsLeft) };
}

function evaluationText({ step, metrics, best }: EvaluationReport): string {
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${Number(value.toPrecision(5))}`);
  return `evaluation at step ${step}: ${values.join(', ')}${best ? ' (best so far)' : ''}`;
}

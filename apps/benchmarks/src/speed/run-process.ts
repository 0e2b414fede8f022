import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchmarkError } from './benchmark.js';
import { type PythonPeers, peerScript } from './python-peers.js';

/** What a measured process says: the last line that it prints, as JSON. */
export interface ProcessReport {
  /** Seconds of each repetition, warm-up not among them. */
  readonly seconds?: readonly number[];
  /** Most resident memory so far, in bytes. */
  readonly peakBytes: number;
  /** Numbers that both sides must agree on. */
  readonly check?: readonly number[];
  /** Whatever else was found. */
  readonly [key: string]: unknown;
}

export interface MeasuredProcess {
  readonly report: ProcessReport;
  /** Seconds from the start of the process to its report. */
  readonly secondsToReport: number;
}

/** Runs one of our workers (`src/speed/workers`, always as built) in a process of its own. */
export function runWorker(name: string, settings: object): Promise<MeasuredProcess> {
  const built = import.meta.url.replace(/\/src\/speed\/[^/]*$/, '/dist/speed/').replace(/[^/]*$/, '');
  const script = fileURLToPath(new URL(`workers/${name}.js`, built));
  return measure(process.execPath, ['--expose-gc', script, JSON.stringify(settings)], {});
}

/** Runs a script of `peers/` in a process of its own, which must not look for models on the network. */
export function runPeer(python: PythonPeers, script: string, settings: object): Promise<MeasuredProcess> {
  const { threads = 1 } = settings as { threads?: number };
  return measure(python.interpreter, [peerScript(script), JSON.stringify(settings)], {
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    HF_HUB_OFFLINE: '1',
    TRANSFORMERS_OFFLINE: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  });
}

function measure(file: string, args: readonly string[], environment: Record<string, string>): Promise<MeasuredProcess> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    let [stdout, stderr, reportedAt] = ['', '', start];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (text.endsWith('\n')) reportedAt = performance.now();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const line = stdout.trimEnd().split('\n').at(-1) ?? '';
      if (code !== 0 || !line.startsWith('{')) {
        const how = code === null ? `was ended by ${signal}` : `ended with ${code}`;
        reject(new BenchmarkError(`${args.find((arg) => /\.(js|py)$/.test(arg))} ${how}\n${stderr.trim()}`));
        return;
      }
      const report = JSON.parse(line) as ProcessReport;
      resolve({ report, secondsToReport: (reportedAt - start) / 1000 });
    });
  });
}

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The program as built: this file is `apps/benchmarks/{src,dist}/finished-runs/run-train-text`. */
const program = fileURLToPath(new URL('../../../train-text/dist/cli.js', import.meta.url));

/** A line of `--json`. */
export type JsonLine = Readonly<Record<string, unknown>> & { readonly event?: string };

/** Runs `train-text` in a process of its own and gives the lines that it prints. Throws where it fails. */
export function runTrainText(command: string, args: readonly string[]): Promise<JsonLine[]> {
  if (!existsSync(program)) {
    return Promise.reject(new Error(`${program}: expected the built program, found none; npm run build -- train-text`));
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, command, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(
          stdout
            .split('\n')
            .filter((line) => line.startsWith('{'))
            .map((line) => JSON.parse(line) as JsonLine),
        );
        return;
      }
      reject(new Error(`train-text ${command} ${args.join(' ')}: ended by ${signal ?? code}\n${stderr.trim()}`));
    });
  });
}

/** What `train-text` tells at the end. Throws where it does not. */
export function resultOf<R>(lines: readonly JsonLine[]): R {
  const result = lines.find(({ event }) => event === 'result');
  if (result === undefined) throw new Error('train-text: expected a result, got none');
  return result as R;
}

/** Settings as arguments. */
export function settingArguments(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** The end of `train-text glue`: figures of each development set. */
export interface ClassifierResult {
  readonly results: readonly {
    readonly task: string;
    readonly split: string;
    readonly metrics: Readonly<Record<string, number>>;
    /** The figure that counts for the average; null where a correlation is undefined. */
    readonly score: number | null;
  }[];
  /** Over the tasks that count. */
  readonly average: number | null;
  readonly seconds: number;
}

/** Runs `train-text glue`, which looks at the development sets once, at its end, and removes the run's folder. */
export async function trainClassifier(folder: string, args: readonly string[]): Promise<ClassifierResult> {
  await rm(folder, { recursive: true, force: true });
  const once = ['--evaluation.everyEpochs', '1000', '--training.checkpointSeconds', '3600'];
  const lines = await runTrainText('glue', [...args, ...once, '--out', folder]);
  await rm(folder, { recursive: true, force: true });
  return resultOf(lines);
}

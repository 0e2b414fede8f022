import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The program as built: this file is `apps/benchmarks/{src,dist}/glue-ingredients/run-train-text`. */
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

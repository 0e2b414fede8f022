// Runs tfjs-core's own operation specs against this backend: npm run conformance [-- --only TEXT] [--verbose] [--backend cpu]
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleSpecs } from './bundle.mjs';
import { classify } from './classify.mjs';
import { printReport } from './report.mjs';

/** What is not implemented is complex64, images of a browser, and some of strings. */
const MINIMUM_PASSED = 3450;
/** A spec that says nothing for so long hangs. Jasmine itself ends an asynchronous one after 20 s. */
const SILENCE_MS = 60_000;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    backend: { type: 'string', default: 'onnxruntime' },
    verbose: { type: 'boolean', default: false },
  },
});

/** Runs specs from number `first` on until the worker ends, crashes or hangs; gives the number to go on from, if any. */
function runWorker(bundle, first, results) {
  const worker = fileURLToPath(new URL('./worker.mjs', import.meta.url));
  const args = [worker, bundle, String(first), ...(options.only === undefined ? [] : [options.only])];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, CONFORMANCE_BACKEND: options.backend },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let current;
  let ended = false;
  let hung = false;
  let errors = '';
  let watchdog;
  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, SILENCE_MS);
  };
  watch();
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-2000);
  });
  const lines = createInterface({ input: child.stdio[3] });
  lines.on('line', (line) => {
    watch();
    const { event, ...spec } = JSON.parse(line);
    if (event === 'start') current = spec;
    else if (event === 'done') {
      current = undefined;
      results.push({ ...spec, outcome: spec.status === 'pending' ? 'pending' : classify(spec.messages) });
      if (process.stderr.isTTY) process.stderr.write(`\r${results.length} specs`);
    } else if (event === 'stray') results.push({ name: 'outside of specs', outcome: 'error', messages: [spec] });
    else ended = true;
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      clearTimeout(watchdog);
      if (ended) return resolve(undefined);
      if (current === undefined) return reject(new Error(`the worker ended early (${signal ?? code}): ${errors}`));
      const message = hung ? `no end after ${SILENCE_MS / 1000} s` : `${signal ?? `exit ${code}`}: ${errors}`;
      results.push({ ...current, outcome: hung ? 'hang' : 'crash', messages: [{ message }] });
      resolve(current.number + 1);
    });
  });
}

const bundle = await bundleSpecs();
const results = [];
for (let next = 0; next !== undefined; ) next = await runWorker(bundle, next, results);
if (process.stderr.isTTY) process.stderr.write('\n');
const totals = printReport(results, options);
const failed = totals.wrong + totals.error + totals.crash + totals.hang;
const few = options.only === undefined && totals.passed < MINIMUM_PASSED;
if (few) console.log(`expected at least ${MINIMUM_PASSED} to pass`);
if (failed > 0) console.log('expected no wrong result, error, crash or hang');
process.exitCode = few || failed > 0 ? 1 : 0;

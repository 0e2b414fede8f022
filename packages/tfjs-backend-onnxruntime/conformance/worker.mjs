// Runs the specs from number `first` on in this process and writes one JSON line an event to file descriptor 3.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import jasmineCore from 'jasmine-core';

const backendName = process.env.CONFORMANCE_BACKEND;
const [bundle, first, only] = process.argv.slice(2);
// Written at once: what a crash interrupts must be known outside.
const report = (event) => writeSync(3, `${JSON.stringify(event)}\n`);

jasmineCore.installGlobals();
const numberOf = (spec) => Number(spec.id.replace('spec', ''));
const jasmineEnv = globalThis.jasmine.getEnv();
globalThis.jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;
jasmineEnv.configure({
  random: false,
  forbidDuplicateNames: false,
  specFilter: (spec) => {
    const name = spec.getFullName();
    // Specs that do not name a backend test tfjs-core's own functions.
    return numberOf(spec) >= Number(first) && name.includes(` ${backendName} {`) && name.includes(only ?? '');
  },
});
const { registerOnnxRuntime } = createRequire(import.meta.url)(bundle);
if (backendName === 'onnxruntime') {
  await registerOnnxRuntime(await import('onnxruntime-node'), { threads: 1 });
}

jasmineEnv.clearReporters();
jasmineEnv.addReporter({
  specStarted: (spec) => report({ event: 'start', number: numberOf(spec), name: spec.fullName }),
  specDone: ({ status, fullName, failedExpectations, ...spec }) => {
    if (status === 'excluded') return;
    const messages = failedExpectations.map(({ message, stack }) => ({ message, stack }));
    report({ event: 'done', number: numberOf(spec), name: fullName, status, messages });
  },
});
// A rejected promise that a spec leaves behind must not end the run.
process.on('unhandledRejection', (error) => report({ event: 'stray', message: String(error) }));
const { failedExpectations = [] } = await jasmineEnv.execute();
for (const { message } of failedExpectations) report({ event: 'stray', message });
report({ event: 'end' });
process.exit(0);

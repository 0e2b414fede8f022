#!/usr/bin/env node
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EngineName, engineNames, selectEngine } from 'tfjs-backend-onnxruntime';
import { adapters } from './adapters/index.js';
import { openFixture } from './fixture.js';

const USAGE = `npm run parity -- DIR [--engine NAME] [--gradients] [--only NAME]

Compares this repository's models with numbers of the reference implementation, for every fixture in DIR.
Prints max|a - b| / max|b| for each group of tensors; ends with 1 if an output is off by more than 1e-5 or a gradient by more than 1e-4.

  --engine NAME   ${engineNames.join(', ')} or auto (default)
  --gradients     compares gradients too
  --only NAME     one fixture of DIR`;

/** Runs the command; gives the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      engine: { type: 'string', default: 'auto' },
      gradients: { type: 'boolean', default: false },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [directory] = positionals;
  if (values.help || directory === undefined) {
    console.error(USAGE);
    return values.help ? 0 : 1;
  }
  if (!existsSync(directory)) {
    console.error(`parity: expected a directory of fixtures, got ${directory}, which is not there`);
    return 1;
  }
  const { description } = await selectEngine(values.engine as EngineName | 'auto');
  console.error(description);
  const names = readdirSync(directory).filter((name) => values.only === undefined || name === values.only);
  if (names.length === 0) {
    console.error(`parity: no fixture in ${directory}${values.only === undefined ? '' : ` is named ${values.only}`}`);
    return 1;
  }
  let [checked, failed, notYet] = [0, 0, 0];
  for (const name of names.sort()) {
    if (name === 'index.json') continue;
    const path = join(directory, name);
    const fixture = openFixture(path);
    const adapter = adapters.find((candidate) => candidate.recognises(fixture));
    if (adapter === undefined) {
      if (!statSync(path).isDirectory() && !name.endsWith('.json')) continue;
      console.log(`${name}: not yet`);
      notYet++;
      continue;
    }
    console.log(name);
    const rows = await adapter.check(fixture, { gradients: values.gradients });
    for (const { group, count, difference, worst, limit } of rows) {
      const good = difference <= limit;
      const which = count === 1 || good ? '' : `  worst: ${worst}`;
      const figure = difference.toExponential(1).padStart(8);
      console.log(`  ${good ? 'ok  ' : 'FAIL'} ${figure}  ${group}${count > 1 ? ` (${count})` : ''}${which}`);
      checked++;
      if (!good) failed++;
    }
  }
  console.log(`${checked - failed} groups agree, ${failed} do not, ${notYet} fixtures not yet`);
  return failed === 0 && checked > 0 ? 0 : 1;
}

process.exitCode = await main();

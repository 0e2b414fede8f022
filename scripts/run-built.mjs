// Builds a package and runs one of its commands: node scripts/run-built.mjs packages/NAME COMMAND [ARGUMENT...]
import './lib/node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runBuilt } from './lib/run-built.mjs';
import { root } from './lib/workspace.mjs';

const [folder = '', command = '', ...args] = process.argv.slice(2);
if (folder === '' || !existsSync(join(root, folder, 'package.json')) || !/^[a-z][a-z0-9-]*$/.test(command)) {
  console.error(`run-built: expected packages/NAME COMMAND, got "${folder}" "${command}"`);
  process.exit(1);
}
await runBuilt(folder, command, args);

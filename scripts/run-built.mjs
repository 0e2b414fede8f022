// Installs, builds a package and runs one of its commands: node scripts/run-built.mjs packages/NAME COMMAND [ARGUMENT...]
import './lib/node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runTurbo } from './lib/build.mjs';
import { install } from './lib/install.mjs';
import { readManifest, root } from './lib/workspace.mjs';

const [folder = '', command = '', ...args] = process.argv.slice(2);
const directory = join(root, folder);
if (folder === '' || !existsSync(join(directory, 'package.json')) || !/^[a-z][a-z0-9-]*$/.test(command)) {
  console.error(`run-built: expected packages/NAME COMMAND, got "${folder}" "${command}"`);
  process.exit(1);
}
if (!(await install())) process.exit(1);
const manifest = readManifest(directory);
const { code, output } = await runTurbo('build', [manifest.name]);
if (code !== 0) {
  process.stderr.write(`${output}\nThe build of ${manifest.name} failed.\n`);
  process.exit(1);
}
// A command is an entry of package.json's "bin", or the file dist/COMMAND.js.
const file = join(directory, manifest.bin?.[command] ?? `dist/${command}.js`);
if (!existsSync(file)) {
  console.error(`run-built: expected ${manifest.name} to have the command "${command}" (${file}), got none`);
  process.exit(1);
}
// As in start.mjs, the command runs in this very process.
process.argv = [process.execPath, file, ...args];
await import(pathToFileURL(file).href);

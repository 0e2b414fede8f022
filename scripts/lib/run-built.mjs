// Installs, builds a package and runs one of its commands.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runTurbo } from './build.mjs';
import { install } from './install.mjs';
import { readManifest, root } from './workspace.mjs';

/**
 * Runs a command in this very process, so that signals reach it once and its exit code is ours.
 * Ends the process with 1 when it cannot be installed, built or found.
 * @param {string} folder the package's, such as `apps/train-text`
 * @param {string} command an entry of `bin` in its package.json, or the name of a file `dist/COMMAND.js`
 * @param {string[]} args
 */
export async function runBuilt(folder, command, args) {
  const directory = join(root, folder);
  const manifest = readManifest(directory);
  if (!(await install())) process.exit(1);
  const { code, output } = await runTurbo('build', [manifest.name]);
  if (code !== 0) {
    process.stderr.write(`${output}\nThe build of ${manifest.name} failed.\n`);
    process.exit(1);
  }
  const file = join(directory, manifest.bin?.[command] ?? `dist/${command}.js`);
  if (!existsSync(file)) {
    process.stderr.write(`${manifest.name}: expected the command "${command}" (${file}), got none\n`);
    process.exit(1);
  }
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
}

// `npm start`: installs, builds and runs the main job, a byte-level Perceiver AR that learns to write.
import './lib/node-version.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runTurbo } from './lib/build.mjs';
import { install } from './lib/install.mjs';
import { root } from './lib/workspace.mjs';

const app = 'train-text';
const job = ['clm', '--preset', 'shakespeare'];

if (!(await install())) process.exit(1);
const { code, output } = await runTurbo('build', [app]);
if (code !== 0) {
  process.stderr.write(`${output}\nThe build of ${app} failed.\n`);
  process.exit(1);
}
// The command runs in this very process: signals reach it once, and its exit code is ours.
const command = join(root, 'apps', app, 'dist', 'cli.js');
process.argv = [process.execPath, command, ...job, ...process.argv.slice(2)];
await import(pathToFileURL(command).href);

// `npm start`: installs, builds and runs the main job, a byte-level Perceiver AR that learns to write.
import './lib/node-version.mjs';
import { runBuilt } from './lib/run-built.mjs';

await runBuilt('apps/train-text', 'cli', ['clm', '--preset', 'shakespeare', ...process.argv.slice(2)]);

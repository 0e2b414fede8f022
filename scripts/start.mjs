// `npm start`: installs, builds and runs the main job, a byte-level Perceiver AR that learns to write:
// `train-text clm --preset shakespeare`, which are the program's defaults. What follows `--` goes to the program.
import './lib/node-version.mjs';
import { runBuilt } from './lib/run-built.mjs';

await runBuilt('apps/train-text', 'cli', process.argv.slice(2));

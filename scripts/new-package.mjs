// Makes a new package with the skeleton that all packages follow:
//   npm run new-package -- perceiver-video "Video classification with Perceiver IO" [--app]
import './lib/node-version.mjs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { pinnedPnpm } from './lib/run.mjs';
import { createPackage } from './lib/skeleton.mjs';
import { root } from './lib/workspace.mjs';

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { app: { type: 'boolean' } } });
  const [name, description] = positionals;
  if (name === undefined || description === undefined || positionals.length > 2) {
    throw new Error('expected NAME "DESCRIPTION" [--app]');
  }
  const directory = createPackage(join(root, values.app ? 'apps' : 'packages'), name, description);
  console.log(`Made ${relative(root, directory)}. Next:
  1. name its dependencies in package.json (other packages as "workspace:*", shared versions as "catalog:");
  2. run \`npx pnpm@${pinnedPnpm()} install\`, which brings pnpm-lock.yaml up to date;
  3. write src/, with tests beside the code, export it from src/index.ts, and show it in the README's snippet.`);
} catch (error) {
  console.error(`new-package: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

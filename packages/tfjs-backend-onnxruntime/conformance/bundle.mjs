import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const core = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'));

/** Specs beside those of single operations that run on a backend. */
const FURTHER = ['gradients_test.js', 'variable_test.js', 'tensor_test.js'];

const specFiles = () => [
  ...readdirSync(join(core, 'dist/ops'), { recursive: true })
    .filter((file) => file.endsWith('_test.js'))
    .sort()
    .map((file) => join(core, 'dist/ops', file)),
  ...FURTHER.map((file) => join(core, 'dist', file)),
];

/** Bundles tfjs' specs with this package's sources; returns the file to import. */
export async function bundleSpecs() {
  const outfile = join(here, '../node_modules/.cache/conformance/specs.cjs');
  await build({
    entryPoints: [join(here, 'specs.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    // tfjs' packages declare files with side effects as free of them.
    ignoreAnnotations: true,
    logLevel: 'error',
    plugins: [
      {
        name: 'specs',
        setup(plugin) {
          plugin.onResolve({ filter: /^specs:tfjs-core$/ }, () => ({ path: 'tfjs-core', namespace: 'specs' }));
          plugin.onLoad({ filter: /.*/, namespace: 'specs' }, () => ({
            contents: specFiles()
              .map((file) => `import ${JSON.stringify(file)};`)
              .join('\n'),
            resolveDir: here,
          }));
          // tfjs-core asks for a file that jasmine-core no longer exports; the worker has installed jasmine globally.
          plugin.onResolve({ filter: /^jasmine-core/ }, () => ({ path: 'jasmine-core', namespace: 'jasmine' }));
          plugin.onLoad({ filter: /.*/, namespace: 'jasmine' }, () => ({
            contents: 'module.exports = { core: () => globalThis.jasmine };',
          }));
        },
      },
    ],
  });
  return outfile;
}

// Packs all packages and installs each modality alone, as a user does, into an empty folder: nothing comes that is not
// needed, the program answers, the README's examples run. Prints the size of each installation.
// node scripts/check-install.mjs [NAME...] [--keep]
import './lib/node-version.mjs';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runTurbo } from './lib/build.mjs';
import { forbiddenAmong } from './lib/heavy-packages.mjs';
import { install } from './lib/install.mjs';
import { installTarballs, packPackage } from './lib/pack.mjs';
import { run } from './lib/run.mjs';
import { findSnippets } from './lib/snippets.mjs';
import { listPackages, root } from './lib/workspace.mjs';

const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const keep = process.argv.includes('--keep');
const packages = listPackages().filter(({ kind }) => kind === 'packages');
const programs = packages.filter(({ manifest }) => manifest.bin !== undefined);
const unknown = names.find((name) => !packages.some(({ folder }) => folder === name));
if (unknown !== undefined) {
  console.error(`check-install: expected names of packages, got ${unknown}`);
  process.exit(2);
}
const chosen = names.length > 0 ? packages.filter(({ folder }) => names.includes(folder)) : programs;

if (!(await install())) process.exit(1);
const built = await runTurbo('build');
if (built.code !== 0) {
  console.error(built.output);
  process.exit(1);
}

const base = mkdtempSync(join(tmpdir(), 'perceiver-install-'));
let failures = 0;
try {
  const tarballs = join(base, 'tarballs');
  mkdirSync(tarballs);
  /** @type {Record<string, string>} */
  const files = {};
  for (const { folder, directory } of packages) files[folder] = await packPackage(directory, tarballs);
  console.log('package                                 packages       MB  seconds');
  for (const { folder, directory, manifest } of chosen) {
    const place = join(base, folder);
    mkdirSync(place);
    const start = performance.now();
    const installed = await installTarballs(place, folder, files);
    const seconds = (performance.now() - start) / 1000;
    if (installed.code !== 0) {
      fail(folder, 'npm install', installed.output);
      continue;
    }
    const found = installedNames(join(place, 'node_modules'));
    const megabytes = Number(execFileSync('du', ['-sm', place], { encoding: 'utf8' }).split('\t')[0]);
    console.log(
      `${folder.padEnd(40)}${String(found.length).padStart(8)} ${String(megabytes).padStart(8)} ${seconds.toFixed(1).padStart(8)}`,
    );
    const forbidden = forbiddenAmong(folder, found);
    if (forbidden.length > 0) fail(folder, 'brings what it must not', forbidden.join(', '));
    for (const program of Object.keys(manifest.bin ?? {})) await runProgram(place, folder, program);
    await runSnippets(place, folder, directory);
  }
} finally {
  if (keep) console.log(`kept: ${base}`);
  else rmSync(base, { recursive: true, force: true });
}
console.log(failures === 0 ? 'Every installation works.' : `${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;

/** @param {string} folder @param {string} what @param {string} output */
function fail(folder, what, output) {
  failures += 1;
  console.error(`FAILED ${folder}: ${what}\n${output}`);
}

/** @param {string} place @param {string} folder @param {string} program */
async function runProgram(place, folder, program) {
  const { code, output } = await run(join(place, 'node_modules/.bin', program), ['--help'], { cwd: place });
  if (code !== 0 || !output.includes('Usage:')) fail(folder, `${program} --help (exit code ${code})`, output);
}

/** @param {string} place @param {string} folder @param {string} directory */
async function runSnippets(place, folder, directory) {
  const loader = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href;
  const snippets = findSnippets(readFileSync(join(directory, 'README.md'), 'utf8')).filter((snippet) => snippet.run);
  for (const { code: source, line } of snippets) {
    const file = join(place, `README-${line}.mts`);
    writeFileSync(file, source);
    const { code, output } = await run(process.execPath, ['--import', loader, file], { cwd: place });
    if (code !== 0) fail(folder, `README.md:${line}`, output);
  }
}

/** @param {string} modules @returns {string[]} */
function installedNames(modules) {
  return readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
    );
}

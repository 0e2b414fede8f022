// Packages as users get them: packed, and installed by npm.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, runPnpm } from './run.mjs';

/**
 * Packs a built package.
 * @param {string} directory
 * @param {string} destination
 * @returns {Promise<string>} the tarball
 */
export async function packPackage(directory, destination) {
  const before = new Set(readdirSync(destination));
  const { code, output } = await runPnpm(['pack', '--pack-destination', destination], { cwd: directory });
  const made = readdirSync(destination).find((name) => !before.has(name));
  if (code !== 0 || made === undefined) throw new Error(`${directory}: pnpm pack failed\n${output}`);
  return join(destination, made);
}

/**
 * Installs one package into an empty folder with npm, without install scripts, as the READMEs say. Other packages of this
 * repository come from their tarballs in place of the registry.
 * @param {string} place
 * @param {string} name
 * @param {Readonly<Record<string, string>>} tarballs by package name
 */
export async function installTarballs(place, name, tarballs) {
  const { [name]: own, ...others } = tarballs;
  const overrides = Object.fromEntries(Object.entries(others).map(([other, file]) => [other, `file:${file}`]));
  const manifest = { name: 'user', private: true, type: 'module', dependencies: { [name]: `file:${own}` }, overrides };
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest, null, 2));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  return run('npm', ['install', ...options], { cwd: place });
}

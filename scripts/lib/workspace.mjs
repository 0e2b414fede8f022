// What the repository holds: its root, its packages and apps.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root directory. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * A package.json, as far as these scripts read it.
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} [version]
 * @property {string} [description]
 * @property {string} [license]
 * @property {string} [type]
 * @property {string} [packageManager]
 * @property {Record<string, Record<string, string>>} [exports]
 * @property {{ exports?: Record<string, Record<string, string>> }} [publishConfig]
 * @property {string[]} [files]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * A workspace package: `kind` is the folder it lies in, `folder` its directory's name.
 * @typedef {{ kind: 'packages' | 'apps', folder: string, directory: string, manifest: Manifest }} WorkspacePackage
 */

/**
 * Reads a package.json.
 * @param {string} directory
 * @returns {Manifest}
 */
export function readManifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

/**
 * Every folder of `packages/` and `apps/` that holds a package.json, sorted by path.
 * @param {string} [base] the repository's root
 * @returns {WorkspacePackage[]}
 */
export function listPackages(base = root) {
  return /** @type {const} */ (['packages', 'apps']).flatMap((kind) => {
    const parent = join(base, kind);
    if (!existsSync(parent)) return [];
    return readdirSync(parent)
      .sort()
      .filter((folder) => existsSync(join(parent, folder, 'package.json')))
      .map((folder) => {
        const directory = join(parent, folder);
        return { kind, folder, directory, manifest: readManifest(directory) };
      });
  });
}

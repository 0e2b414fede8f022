// Checks every package.json and every import under src/ against the layers and the declared dependencies.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { findImports } from './imports.mjs';
import { browserPackages, forbiddenBecause } from './layers.mjs';
import { listPackages, readManifest, root } from './workspace.mjs';

/**
 * @typedef {import('./workspace.mjs').WorkspacePackage} WorkspacePackage
 * @typedef {{ place: string, rule: string, expected: string, got: string }} Violation place is `file:line`
 * @typedef {{ base: string, from: WorkspacePackage, inTest: boolean, byName: Map<string, WorkspacePackage>, rootDependencies: string[] }} Context
 */

const builtins = new Set(builtinModules);

/**
 * Everything in a repository that breaks a rule of imports.
 * @param {string} [base] the repository's root
 * @returns {Violation[]}
 */
export function checkLayers(base = root) {
  const packages = listPackages(base);
  const byName = new Map(packages.map((one) => [one.manifest.name, one]));
  const rootDependencies = Object.keys(readManifest(base).devDependencies ?? {});
  return packages.flatMap((from) => [
    ...checkManifest(base, from, byName),
    ...sourceFiles(join(from.directory, 'src')).flatMap((file) => {
      const inTest = isTestCode(from, file);
      return checkFile(file, { base, from, inTest, byName, rootDependencies });
    }),
  ]);
}

/**
 * Whether a file is a test, or a helper of tests in src/testing: neither is built.
 * @param {WorkspacePackage} owner
 * @param {string} file
 */
function isTestCode(owner, file) {
  return /\.test\.[jt]sx?$/.test(file) || file.startsWith(join(owner.directory, 'src', 'testing') + sep);
}

/**
 * @param {string} base
 * @param {WorkspacePackage} from
 * @param {Map<string, WorkspacePackage>} byName
 * @returns {Violation[]}
 */
function checkManifest(base, from, byName) {
  const file = join(from.directory, 'package.json');
  const lines = readFileSync(file, 'utf8').split('\n');
  const fields = /** @type {const} */ (['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies']);
  return fields.flatMap((field) =>
    Object.entries(from.manifest[field] ?? {}).flatMap(([name, version]) => {
      const to = byName.get(name);
      if (!to) return [];
      const start = lines.findIndex((line) => line.includes(`"${field}"`));
      const line = lines.findIndex((text, index) => index >= start && text.includes(`"${name}"`)) + 1;
      const place = `${relative(base, file)}:${line}`;
      /** @type {Violation[]} */
      const found = [];
      const expected = forbiddenBecause(from, to, field === 'devDependencies');
      if (expected) found.push({ place, rule: 'imports point down', expected, got: `${field}: ${name}` });
      if (!version.startsWith('workspace:')) {
        const got = `${name}: ${version}`;
        found.push({ place, rule: 'workspace packages are linked', expected: 'version "workspace:*"', got });
      }
      return found;
    }),
  );
}

/**
 * @param {string} file
 * @param {Context} context
 * @returns {Violation[]}
 */
function checkFile(file, context) {
  return findImports(file, readFileSync(file, 'utf8')).flatMap(({ specifier, line }) => {
    const broken = checkImport(file, specifier, context);
    return broken
      ? [{ place: `${relative(context.base, file)}:${line}`, got: `import of '${specifier}'`, ...broken }]
      : [];
  });
}

/**
 * @param {string} file
 * @param {string} specifier
 * @param {Context} context
 * @returns {{ rule: string, expected: string } | undefined}
 */
function checkImport(file, specifier, { from, inTest, byName, rootDependencies }) {
  if (specifier.startsWith('.')) {
    const inside = resolve(dirname(file), specifier).startsWith(join(from.directory, 'src') + sep);
    if (!inTest && isTestCode(from, resolve(dirname(file), specifier))) {
      return { rule: 'only tests import test code', expected: 'no import of a test or of src/testing' };
    }
    if (inside || inTest) return undefined;
    return { rule: 'relative imports stay inside src', expected: 'a file of this package, or another package by name' };
  }
  const bare = specifier.replace(/^node:/, '');
  if (specifier.startsWith('node:') || builtins.has(bare)) {
    if (inTest || !browserPackages.includes(from.manifest.name)) return undefined;
    return { rule: `${from.manifest.name} runs in a browser`, expected: 'no module of Node outside of tests' };
  }
  const name = bare.split('/', bare.startsWith('@') ? 2 : 1).join('/');
  const to = byName.get(name);
  if (to) {
    if (to === from) {
      return { rule: 'a package does not import itself by name', expected: 'a relative import' };
    }
    const expected = forbiddenBecause(from, to, inTest);
    if (expected) return { rule: 'imports point down', expected };
    const subpath = `.${bare.slice(name.length)}`;
    if (!(subpath in (to.manifest.exports ?? {}))) {
      const known = Object.keys(to.manifest.exports ?? {}).join(', ');
      return { rule: 'no deep imports into another package', expected: `one of ${name}'s exports (${known})` };
    }
  }
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = from.manifest;
  const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies, ...(inTest && devDependencies) };
  if (name in declared || (inTest && rootDependencies.includes(name))) return undefined;
  const where = inTest ? 'dependencies or devDependencies' : 'dependencies or peerDependencies';
  return {
    rule: 'every imported package is declared',
    expected: `${name} among the ${where} of ${from.manifest.name}`,
  };
}

/**
 * All TypeScript and JavaScript files below a directory.
 * @param {string} directory
 * @returns {string[]}
 */
function sourceFiles(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

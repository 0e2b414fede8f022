// What installing a package brings along.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readManifest } from './workspace.mjs';

/**
 * The names of all packages that the users of a package install with it: its dependencies and theirs, optional ones
 * included where they are installed here. Development dependencies and peers do not count.
 * @param {string} directory of the package, after `pnpm install`
 * @returns {ReadonlySet<string>}
 */
export function dependencyClosure(directory) {
  /** @type {Set<string>} */
  const names = new Set();
  /** @type {Set<string>} */
  const seen = new Set();
  /** @param {string} place */
  const visit = (place) => {
    if (seen.has(place)) return;
    seen.add(place);
    const { dependencies = {}, optionalDependencies = {} } = readManifest(place);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = find(place, name);
      if (found !== undefined) {
        names.add(name);
        visit(found);
      } else if (!(name in optionalDependencies)) {
        throw new Error(`${join(place, 'package.json')}: expected ${name} to be installed, found none`);
      }
    }
  };
  visit(realpathSync(directory));
  return names;
}

/**
 * Where Node finds a package from another one's directory.
 * @param {string} from
 * @param {string} name
 */
function find(from, name) {
  for (let place = from; ; place = dirname(place)) {
    const candidate = place.endsWith(`${sep}node_modules`) ? join(place, name) : join(place, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (dirname(place) === place) return undefined;
  }
}

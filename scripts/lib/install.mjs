// Installs what the lockfile says, unless it is there already.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedPnpm, runPnpm } from './run.mjs';
import { listPackages, readManifest, root } from './workspace.mjs';

/**
 * Whether node_modules is what pnpm-lock.yaml asks for: pnpm keeps a copy of the lockfile that it installed last,
 * and every dependency that a package.json names has its link.
 * @param {string} [base] the repository's root
 */
export function isInstalled(base = root) {
  const wanted = join(base, 'pnpm-lock.yaml');
  const installed = join(base, 'node_modules/.pnpm/lock.yaml');
  if (!existsSync(installed) || !readFileSync(wanted).equals(readFileSync(installed))) return false;
  const packages = [{ directory: base, manifest: readManifest(base) }, ...listPackages(base)];
  return packages.every(({ directory, manifest }) =>
    Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).every((name) =>
      existsSync(join(directory, 'node_modules', name, 'package.json')),
    ),
  );
}

/**
 * Installs all dependencies with the pinned pnpm, from the package registry that npm is set up for.
 * @returns {Promise<boolean>} whether everything is installed now; when not, the reason stands on stderr
 */
export async function install() {
  if (isInstalled()) return true;
  const live = process.stderr.isTTY === true;
  process.stderr.write(`Installing dependencies with pnpm ${pinnedPnpm()} ...\n`);
  const { code, output } = await runPnpm(['install', '--frozen-lockfile'], {
    live,
    toStderr: true,
    env: { CI: 'true' },
  });
  if (code === 0) return true;
  process.stderr.write(`${output}\nThe installation failed (pnpm exited with ${code}).\n`);
  if (output.includes('ERR_PNPM_OUTDATED_LOCKFILE')) {
    process.stderr.write(`Run \`npx pnpm@${pinnedPnpm()} install\` to bring pnpm-lock.yaml up to date.\n`);
  } else {
    process.stderr.write('It needs the package registry only: check `npm config get registry` and the connection.\n');
  }
  return false;
}

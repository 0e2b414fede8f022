import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from 'perceiver-training/node';

const PEERS = new URL('../../peers/', import.meta.url);

/** A Python interpreter that has the peers' packages. */
export interface PythonPeers {
  readonly interpreter: string;
  /** Installed versions by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** Lines about versions that are not the pinned ones. */
  readonly warnings: readonly string[];
}

/** Path of a script in `peers/`. */
export function peerScript(name: string): string {
  return fileURLToPath(new URL(name, PEERS));
}

function howToInstall(): string {
  const requirements = relative(process.cwd(), peerScript('requirements.txt'));
  return [
    'To make an environment (Python 3.11 or later):',
    '  python3 -m venv peers-venv',
    `  peers-venv/bin/pip install -r ${requirements}`,
    '  export PERCEIVER_PYTHON="$PWD/peers-venv/bin/python"',
  ].join('\n');
}

/**
 * The interpreter of `--python` or of PERCEIVER_PYTHON, after a look at the packages it has.
 *
 * @throws UsageError where there is none, or packages are missing; it says how to make one
 */
export async function findPythonPeers(
  interpreter: string | undefined = process.env.PERCEIVER_PYTHON,
): Promise<PythonPeers> {
  if (interpreter === undefined || interpreter === '') {
    throw new UsageError(
      `PyTorch's side: expected a Python interpreter in --python or PERCEIVER_PYTHON, got none.\n${howToInstall()}`,
    );
  }
  const pinned = parseRequirements(await readFile(peerScript('requirements.txt'), 'utf8'));
  const versions = await installedVersions(interpreter, Object.keys(pinned)).catch((error: Error) => {
    throw new UsageError(`${interpreter}: expected a Python interpreter (${error.message.trim()}).\n${howToInstall()}`);
  });
  const missing = Object.keys(pinned).filter((name) => !Object.hasOwn(versions, name));
  if (missing.length > 0) {
    throw new UsageError(`${interpreter}: expected the packages ${missing.join(', ')}, got none.\n${howToInstall()}`);
  }
  const warnings = Object.entries(pinned)
    // A wheel's own build is named behind a plus sign.
    .filter(([name, version]) => versions[name]!.split('+')[0] !== version)
    .map(([name, version]) => `${interpreter}: expected ${name} ${version}, got ${versions[name]}`);
  return { interpreter, versions, warnings };
}

/** Package -> version of the lines `name==version`. */
export function parseRequirements(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return Object.fromEntries(lines.filter((line) => line !== '').map((line) => line.split('==') as [string, string]));
}

async function installedVersions(interpreter: string, names: readonly string[]): Promise<Record<string, string>> {
  const code = [
    'import importlib.metadata as m, json, sys',
    'found = {d.metadata["Name"].lower(): d.version for d in m.distributions() if d.metadata["Name"]}',
    'print(json.dumps({n: found[n] for n in sys.argv[1:] if n in found}))',
  ].join('\n');
  const { stdout } = await promisify(execFile)(interpreter, ['-c', code, ...names]);
  return JSON.parse(stdout) as Record<string, string>;
}

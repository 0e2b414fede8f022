// Builds @tensorflow/tfjs-node from its own sources against the libraries inside a PyPI wheel of TensorFlow, for
// machines that reach package registries but not the file host its installation downloads from. See docs/engines.md.
//   npm run build-tfjs-node -- DIRECTORY [--wheel FILE]
import '../lib/node-version.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

// The last version whose C interface the binding fits: from 2.17 on, rounding int32 gives wrong numbers.
const tensorflow = '2.16.2';
const tfjs = '4.22.0';
const nodeApiHeaders = '1.9.0';
const neededGigabytes = 1.5;

const usage = `Usage: npm run build-tfjs-node -- DIRECTORY [--wheel FILE]

Installs @tensorflow/tfjs-node ${tfjs} into DIRECTORY and builds its binding against TensorFlow ${tensorflow}.
  --wheel FILE   use this wheel of tensorflow-cpu ${tensorflow} instead of downloading it (214 MB)
Needs Linux on x86-64, Python 3 with pip, a C++17 compiler ($CXX, else g++) and ${neededGigabytes} GB of disk.
See docs/engines.md.`;

/** Takes the libraries and headers out of the wheel: argv = wheel, target of libraries, target of headers. */
const unpack = `
import os, shutil, sys, zipfile
wheel, libraries, headers = sys.argv[1:]
prefix = "tensorflow/include/"
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith(prefix) and not name.endswith("/"):
            target = os.path.join(headers, name[len(prefix):])
        elif name in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"):
            target = os.path.join(libraries, os.path.basename(name))
        else:
            continue
        if not os.path.realpath(target).startswith((os.path.realpath(libraries), os.path.realpath(headers))):
            sys.exit("the wheel names a path outside of its folder: " + name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(name) as source, open(target, "wb") as output:
            shutil.copyfileobj(source, output, 1 << 20)
`;

class BuildError extends Error {}

try {
  main();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`build-tfjs-node: ${error.message}`);
  process.exitCode = 1;
}

function main() {
  const { values, positionals } = parseCommandLine();
  if (values.help) {
    console.log(usage);
    return;
  }
  if (positionals.length !== 1) throw new BuildError(`expected one DIRECTORY, got ${positionals.length}\n\n${usage}`);
  const directory = resolve(positionals[0] ?? '');
  const compiler = process.env.CXX ?? 'g++';
  mkdirSync(directory, { recursive: true });
  checkMachine(directory, compiler);

  const module = join(directory, 'node_modules/@tensorflow/tfjs-node');
  const scratch = join(directory, 'scratch');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  try {
    const wheel = values.wheel === undefined ? download(scratch) : resolve(values.wheel);
    if (!existsSync(wheel)) throw new BuildError(`--wheel: expected a file, got "${wheel}"`);
    installModule(directory);
    const headers = join(scratch, 'include');
    step('unpack libraries and headers', 'python3', ['-c', unpack, wheel, join(module, 'deps/lib'), headers]);
    compile(compiler, directory, module, headers);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const verify = join(import.meta.dirname, 'verify.mjs');
  const loaded = step('load it and compute', process.execPath, [verify, module], { TF_CPP_MIN_LOG_LEVEL: '2' });
  console.log(`\n${loaded.trim().split('\n').at(-1)}\nUse it with PERCEIVER_TFJS_NODE='${module}'`);
}

function parseCommandLine() {
  try {
    const options = /** @type {const} */ ({ wheel: { type: 'string' }, help: { type: 'boolean', short: 'h' } });
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new BuildError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/**
 * Says everything that is missing at once.
 * @param {string} directory
 * @param {string} compiler
 */
function checkMachine(directory, compiler) {
  const missing = [];
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    missing.push(`a wheel for this machine: expected linux x64, got ${process.platform} ${process.arch}`);
  }
  if (!runs('python3', ['-m', 'pip', '--version'])) missing.push('python3 with pip (`python3 -m pip --version` fails)');
  if (!runs(compiler, ['-std=c++17', '-x', 'c++', '-fsyntax-only', '/dev/null'])) {
    missing.push(`a C++17 compiler (\`${compiler} -std=c++17\` fails; CXX names another one)`);
  }
  if (!runs('npm', ['--version'])) missing.push('npm');
  const { bavail, bsize } = statfsSync(directory);
  const gigabytes = (bavail * bsize) / 1e9;
  if (gigabytes < neededGigabytes) {
    missing.push(`disk: expected ${neededGigabytes} GB free at ${directory}, got ${gigabytes.toFixed(1)} GB`);
  }
  if (missing.length > 0) throw new BuildError(`missing:\n${missing.map((what) => `  - ${what}`).join('\n')}`);
}

/**
 * Downloads the wheel from wherever pip is set up to look.
 * @param {string} scratch
 */
function download(scratch) {
  const platform = ['--platform', 'manylinux2014_x86_64', '--python-version', '3.11', '--implementation', 'cp'];
  const what = ['--no-deps', '--only-binary=:all:', ...platform, '--dest', scratch, `tensorflow-cpu==${tensorflow}`];
  step(`download tensorflow-cpu ${tensorflow}`, 'python3', ['-m', 'pip', 'download', '--quiet', ...what]);
  const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new BuildError(`pip download: expected a wheel in ${scratch}, got none`);
  return join(scratch, wheel);
}

/**
 * Installs the npm package without running its install script.
 * @param {string} directory
 */
function installModule(directory) {
  const dependencies = { '@tensorflow/tfjs-node': tfjs, 'node-api-headers': nodeApiHeaders };
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`);
  const npm = ['install', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error', '--prefix', directory];
  step(`install @tensorflow/tfjs-node ${tfjs} without its install script`, 'npm', npm);
}

/**
 * @param {string} compiler
 * @param {string} directory
 * @param {string} module
 * @param {string} headers
 */
function compile(compiler, directory, module, headers) {
  const libraries = join(module, 'deps/lib');
  const output = join(module, 'lib/napi-v8/tfjs_binding.node');
  mkdirSync(join(output, '..'), { recursive: true });
  step('compile the binding', compiler, [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
    ...[`-I${module}`, `-I${headers}`, `-I${join(directory, 'node_modules/node-api-headers/include')}`],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(module, 'binding', file)),
    ...[`-L${libraries}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    ...['-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', output],
  ]);
  console.log(`       ${output} (${(statSync(output).size / 1e6).toFixed(1)} MB)`);
}

/**
 * Runs one step and says how long it took.
 * @param {string} what
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {string} what it printed
 */
function step(what, command, args, env = {}) {
  const start = performance.now();
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
  if (result.status !== 0) {
    const output = result.error?.message ?? `${result.stdout}${result.stderr}`;
    throw new BuildError(`${what}: ${command} failed (exit code ${result.status})\n${output}`);
  }
  console.log(`${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${what}`);
  return result.stdout;
}

/** @param {string} command @param {string[]} args */
function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

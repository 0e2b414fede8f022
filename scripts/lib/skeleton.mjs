// The skeleton that every package and app follows: the files of a new one, and the check that an existing one still does.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseSync } from 'oxc-parser';
import { readManifest } from './workspace.mjs';

const tsconfig =
  '{ "extends": "../../tsconfig.base.json", "compilerOptions": { "rootDir": "src", "outDir": "dist" }, "include": ["src"] }\n';
const tsconfigBuild = '{ "extends": "./tsconfig.json", "exclude": ["src/**/*.test.ts"] }\n';
// A package whose tests share helpers keeps them in src/testing and leaves it out of the build.
const tsconfigBuildWithTesting = '{ "extends": "./tsconfig.json", "exclude": ["src/**/*.test.ts", "src/testing"] }\n';
const scripts = { build: 'tsc -p tsconfig.build.json', typecheck: 'tsc -p tsconfig.json --noEmit' };

/**
 * The files of a new package: path inside the package -> content.
 * @param {string} name kebab-case, also the directory's name
 * @param {string} description one sentence without a full stop
 * @returns {Record<string, string>}
 */
export function skeletonFiles(name, description) {
  const { source, ...published } = exportOf('index');
  const manifest = {
    name,
    version: '0.1.0',
    description,
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    exports: { '.': { source, ...published } },
    publishConfig: { exports: { '.': published } },
    files: ['dist', 'README.md'],
    scripts,
  };
  const variable = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  const snippet = `import * as ${variable} from '${name}';\n\nconsole.log(Object.keys(${variable}));\n`;
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'tsconfig.json': tsconfig,
    'tsconfig.build.json': tsconfigBuild,
    'src/index.ts': 'export {};\n',
    'README.md': `# ${name}\n\n${description}.\n\n\`\`\`ts\n${snippet}\`\`\`\n`,
  };
}

/**
 * Makes a new package.
 * @param {string} parent the folder `packages` or `apps`
 * @param {string} name
 * @param {string} description
 * @returns {string} its directory
 * @throws {Error} for a name that npm or the house does not take, an empty description, a folder that exists
 */
export function createPackage(parent, name, description) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(`name: expected lower-case words joined by hyphens, such as perceiver-video; got "${name}"`);
  }
  const sentence = description.trim().replace(/\.$/, '');
  if (sentence === '' || sentence.includes('\n')) {
    throw new Error(`description: expected one line of text; got ${JSON.stringify(description)}`);
  }
  const directory = join(parent, name);
  if (existsSync(directory)) throw new Error(`name: expected a new folder; ${directory} exists`);
  for (const [path, content] of Object.entries(skeletonFiles(name, sentence))) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/**
 * What a package lacks of the skeleton. It may hold more: dependencies, files, subpath exports.
 * @param {string} directory
 * @returns {string[]} one line a problem, "file: expected ..., got ..."; empty when the package follows
 */
export function checkSkeleton(directory) {
  const folder = directory.split(/[\\/]/).at(-1) ?? '';
  const missing = Object.keys(skeletonFiles(folder, 'x')).filter((path) => !existsSync(join(directory, path)));
  if (missing.length > 0) return missing.map((path) => `${path}: expected the file, got none`);
  return [
    ...checkManifest(folder, directory),
    ...checkTsconfigs(directory),
    ...checkIndex(directory),
    ...checkReadme(folder, directory),
  ];
}

/**
 * The export conditions of one entry: TypeScript sources for tests, declarations, JavaScript.
 * @param {string} path inside src, without its extension
 */
function exportOf(path) {
  return { source: `./src/${path}.ts`, types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` };
}

/**
 * @param {string} folder
 * @param {string} directory
 * @returns {string[]}
 */
function checkManifest(folder, directory) {
  const manifest = readManifest(directory);
  /** @type {string[]} */
  const problems = [];
  /** @param {string} field @param {unknown} expected @param {unknown} got */
  const expectEqual = (field, expected, got) => {
    // The order of export conditions matters, so text is compared.
    if (JSON.stringify(expected) === JSON.stringify(got)) return;
    problems.push(`package.json: ${field}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
  };
  expectEqual('name (the folder)', folder, manifest.name);
  expectEqual('license', 'Apache-2.0', manifest.license);
  expectEqual('type', 'module', manifest.type);
  expectEqual('exports["."]', exportOf('index'), manifest.exports?.['.']);
  for (const [subpath, conditions] of Object.entries(manifest.exports ?? {})) {
    const { source, ...published } = conditions;
    const path = /^\.\/src\/(.+)\.ts$/.exec(source ?? '')?.[1] ?? 'FILE';
    expectEqual(`exports["${subpath}"]`, exportOf(path), conditions);
    expectEqual(`publishConfig.exports["${subpath}"]`, published, manifest.publishConfig?.exports?.[subpath]);
  }
  if (!/^\d+\.\d+\.\d+/.test(manifest.version ?? '')) {
    problems.push(`package.json: version: expected X.Y.Z, got ${manifest.version}`);
  }
  if (!manifest.description) problems.push('package.json: description: expected a sentence, got none');
  for (const file of ['dist', 'README.md']) {
    if (!manifest.files?.includes(file)) problems.push(`package.json: files: expected "${file}" among them`);
  }
  if (!manifest.scripts?.build?.startsWith(scripts.build)) {
    problems.push(`package.json: scripts.build: expected "${scripts.build}" first, got ${manifest.scripts?.build}`);
  }
  expectEqual('scripts.typecheck', scripts.typecheck, manifest.scripts?.typecheck);
  return problems;
}

/**
 * @param {string} directory
 * @returns {string[]}
 */
function checkTsconfigs(directory) {
  return [
    ['tsconfig.json', tsconfig],
    ['tsconfig.build.json', existsSync(join(directory, 'src/testing')) ? tsconfigBuildWithTesting : tsconfigBuild],
  ].flatMap(([file = '', content = '']) => {
    const expected = JSON.parse(content);
    const got = JSON.parse(readFileSync(join(directory, file), 'utf8'));
    return isDeepStrictEqual(expected, got) ? [] : [`${file}: expected ${content.trim()}, got ${JSON.stringify(got)}`];
  });
}

/**
 * @param {string} directory
 * @returns {string[]}
 */
function checkIndex(directory) {
  const source = readFileSync(join(directory, 'src/index.ts'), 'utf8');
  return parseSync('index.ts', source).program.body.flatMap((node) => {
    const exportsOnly =
      node.type === 'ExportAllDeclaration' ||
      (node.type === 'ExportNamedDeclaration' && !node.declaration) ||
      (node.type === 'ImportDeclaration' && node.specifiers.length === 0);
    const line = source.slice(0, node.start).split('\n').length;
    return exportsOnly ? [] : [`src/index.ts:${line}: expected exports only, got ${node.type}`];
  });
}

/**
 * That a README has its title; what it shows is checked by readme.test.ts.
 * @param {string} folder
 * @param {string} directory
 * @returns {string[]}
 */
function checkReadme(folder, directory) {
  const title = readFileSync(join(directory, 'README.md'), 'utf8').split('\n')[0];
  return title === `# ${folder}` ? [] : [`README.md:1: expected "# ${folder}", got ${JSON.stringify(title)}`];
}

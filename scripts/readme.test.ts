// Checks and runs what the documentation shows: every ```ts block in the pages of packages, apps and docs.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findSnippets } from './lib/snippets.mjs';
import { listPackages, root } from './lib/workspace.mjs';

const atOnce = 2;
const secondsPerSnippet = 60;
const packages = listPackages();

/** Where the code of a package's pages is written to: inside the package, so that its imports are the package's. */
const scratchOf = (directory: string) => join(directory, '.snippets');
/** Pages in docs/ may use every package: the benchmarks depend on all of them. */
const docsOwner = join(root, 'apps/benchmarks');

const snippets = [
  ...packages.map(({ directory }) => ({ page: join(directory, 'README.md'), owner: directory })),
  ...markdownFiles(join(root, 'docs')).map((page) => ({ page, owner: docsOwner })),
].flatMap(({ page, owner }) =>
  findSnippets(readFileSync(page, 'utf8')).map((snippet) => {
    const place = `${relative(root, page)}:${snippet.line}`;
    const file = join(scratchOf(owner), `${place.replace(/[^\w]+/g, '-')}.ts`);
    return { ...snippet, place, owner, file };
  }),
);

function markdownFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(directory, name));
}

/** Runs a program of Node in a directory and collects what it prints. */
function runNode(args: string[], cwd: string): Promise<{ code: number | string; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: secondsPerSnippet * 1000, maxBuffer: 1 << 26 };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const code = error ? (error.code ?? `signal ${error.signal}`) : 0;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

let typeErrors = '';

beforeAll(async () => {
  for (const { file, owner, code } of snippets) {
    mkdirSync(scratchOf(owner), { recursive: true });
    writeFileSync(file, code);
  }
  const project = join(scratchOf(docsOwner), 'tsconfig.json');
  mkdirSync(scratchOf(docsOwner), { recursive: true });
  const compilerOptions = { noEmit: true, customConditions: ['source'] };
  const files = snippets.map(({ file }) => file);
  writeFileSync(project, JSON.stringify({ extends: '../../../tsconfig.base.json', compilerOptions, files }));
  if (files.length > 0) {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    typeErrors = (await runNode([compiler, '-p', project, '--pretty', 'false'], root)).output;
  }
});

afterAll(() => {
  for (const directory of [...packages.map((one) => one.directory), docsOwner]) {
    rmSync(scratchOf(directory), { recursive: true, force: true });
  }
});

test.each(packages.filter(({ kind }) => kind === 'packages').map(({ folder }) => folder))(
  '%s shows a snippet that runs',
  (folder) => {
    const own = snippets.filter(({ owner, run }) => run && basename(owner) === folder);
    expect(own.length).toBeGreaterThan(0);
  },
);

test.runIf(snippets.length > 0).each(snippets)('$place has no type errors', ({ file }) => {
  // A line without a file is about the compiler's settings, and then nothing was checked.
  const own = typeErrors.split('\n').filter((line) => line.includes(basename(file)) || /^error TS/.test(line));
  expect(own).toEqual([]);
});

describe('snippets run', () => {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** At most `atOnce` at a time: each is a process of its own that compiles and computes. */
  async function takeTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }

  const runnable = snippets.filter(({ run }) => run);
  test.runIf(runnable.length > 0).concurrent.each(runnable)(
    '$place',
    async ({ file, owner }) => {
      const { code, output } = await takeTurn(() => runNode(['--conditions=source', '--import', 'tsx', file], owner));
      expect(code, output).toBe(0);
    },
    secondsPerSnippet * 1000 * Math.max(1, runnable.length),
  );
});

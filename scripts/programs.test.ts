// All programs speak one grammar: options, help, exit codes.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { listPackages, root } from './lib/workspace.mjs';

interface Command {
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly optional?: boolean }[];
  readonly schema: {
    readonly shape: Readonly<Record<string, { isOptional(): boolean; readonly options?: readonly string[] }>>;
  };
}
interface Program {
  readonly name: string;
  readonly commands: readonly Command[];
}
interface Streams {
  readonly stdout: { write(text: string): boolean };
  readonly stderr: { write(text: string): boolean };
}
type RunProgram = (program: Program, args: readonly string[], streams: Streams) => Promise<number>;

/** The modalities with a program: those that a user calls to apply a model. */
const packages = listPackages().filter(
  ({ kind, directory, manifest }) =>
    kind === 'packages' && manifest.bin !== undefined && existsSync(join(directory, 'src/command/program.ts')),
);
const sourceOf = (folder: string, file: string) => pathToFileURL(join(root, 'packages', folder, 'src', file)).href;
const { runPredictCommands } = (await import(sourceOf('perceiver-inference', 'index.ts'))) as {
  runPredictCommands: RunProgram;
};
const programs: [string, Program][] = [];
for (const { folder } of packages) {
  programs.push([folder, ((await import(sourceOf(folder, 'command/program.ts'))) as { program: Program }).program]);
}

async function call(program: Program, ...args: string[]) {
  let [stdout, stderr] = ['', ''];
  const code = await runPredictCommands(program, args, {
    stdout: {
      write(text) {
        stdout += text;
        return true;
      },
    },
    stderr: {
      write(text) {
        stderr += text;
        return true;
      },
    },
  });
  return { code, stdout, stderr };
}

const helpOf = async (program: Program, { name }: Command) => (await call(program, name, '--help')).stdout;
const optionsIn = (help: string) => [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option);
/** Words in place of the arguments that a command needs. */
const wordsFor = ({ arguments: words }: Command) => words.filter(({ optional }) => !optional).map(() => 'nothing');
/** Values of the options that a command insists on. */
const neededOptions = ({ schema }: Command) =>
  Object.entries(schema.shape)
    .filter(([, field]) => !field.isOptional())
    .flatMap(([path, { options }]) => [
      `--${path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      options?.at(-1) ?? 'nothing',
    ]);

test('there are programs to check', () => {
  expect(programs.length).toBeGreaterThan(0);
});

describe.each(programs)('%s', (folder, program) => {
  test('is named as its package, and helps', async () => {
    expect(program.name).toBe(folder);
    const help = await call(program, '--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const { name } of program.commands) expect(help.stdout).toContain(`  ${name} `);
    expect(help.stdout).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.');
    expect(await call(program)).toMatchObject({ code: 2, stdout: help.stdout });
    const typo = await call(program, `${program.commands[0]!.name}x`);
    expect(typo).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('did you mean') });
  });

  describe.each(program.commands.map((command) => [command.name, command] as const))('%s', (name, command) => {
    test('has the options that all commands have', async () => {
      const options = optionsIn(await helpOf(program, command));
      expect(options).toEqual(expect.arrayContaining(['--out', '--json', '--help']));
      // A command that looks at files only computes nothing.
      expect(options.includes('--threads')).toBe(options.includes('--engine'));
      const isModels = options.includes('--model');
      for (const option of ['--engine', '--random-weights', '--config', '--revision', '--offline']) {
        expect([option, options.includes(option)]).toEqual([option, isModels]);
      }
    });

    test('tells wrong usage from failure', async () => {
      const words = wordsFor(command);
      expect(await call(program, name, ...words, '--no-such-option')).toMatchObject({ code: 2 });
      expect(await call(program, name, ...words, '--engine', 'steam')).toMatchObject({ code: 2 });
      expect(await call(program, name, ...words, '--threads', '0')).toMatchObject({ code: 2 });
      if (words.length > 0) expect(await call(program, name)).toMatchObject({ code: 2 });
      words.push(...neededOptions(command));
      if (!optionsIn(await helpOf(program, command)).includes('--model')) return;
      const neither = await call(program, name, ...words, '--engine', 'cpu');
      expect(neither).toMatchObject({ code: 2, stderr: expect.stringContaining('--model NAME|PATH') });
      const both = await call(program, name, ...words, '--engine', 'cpu', '--model', 'x', '--random-weights', '1');
      expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('got both') });
      const missing = await call(program, name, ...words, '--engine', 'cpu', '--model', './no-such-model');
      expect(missing.code).toBe(1);
      expect(missing.stderr).not.toMatch(/^ +at /m);
    });
  });

  test('is what the package installs', async () => {
    const { manifest, directory } = packages.find((one) => one.folder === folder)!;
    expect(manifest.bin).toEqual({ [folder]: './dist/cli.js' });
    const { code, stdout } = await start(join(directory, 'src/cli.ts'), ['--help']);
    expect([code, stdout]).toEqual([0, (await call(program, '--help')).stdout]);
  });
});

test('Ctrl-C ends a command with 130', async () => {
  const args = ['generate', 'Once', '--random-weights', '1', '--max-new-tokens', '100000', '--engine', 'cpu'];
  const { code } = await start(join(root, 'packages/perceiver-text/src/cli.ts'), args, { interruptAtOutput: true });
  expect(code).toBe(130);
});

test('a reader that goes ends a program without a word', async () => {
  const { code, stderr } = await start(join(root, 'packages/perceiver-text/src/cli.ts'), ['--help'], {
    closeOutput: true,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/** Runs a program from its source, in a process of its own. */
function start(file: string, args: readonly string[], { interruptAtOutput = false, closeOutput = false } = {}) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', file, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    if (closeOutput) child.stdout.destroy();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (interruptAtOutput && !child.killed) child.kill('SIGINT');
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

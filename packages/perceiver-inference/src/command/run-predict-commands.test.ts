import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callProgram } from './call-program.js';
import { checkOutputFile, makeOutputFolder, removeLaterFiles } from './output-paths.js';
import { predictCommand } from './predict-command.js';

const folder = mkdtempSync(join(tmpdir(), 'predict-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Prints its words; `fail` fails, `interrupt` is stopped as by Ctrl-C. */
const echo = predictCommand({
  name: 'echo',
  summary: 'prints words',
  usesEngine: false,
  arguments: [{ name: 'WORD', description: 'a word', many: true }],
  schema: z.strictObject({
    times: z.int().min(1).default(1).describe('how often'),
    topic: z.string().describe('what about'),
  }),
  async run({ arguments: words, output, signal }) {
    for (const word of words) {
      if (word === 'fail') throw new RangeError('fail: expected another word');
      if (word === 'interrupt') process.emit('SIGINT');
      signal.throwIfAborted();
      output.text(`${word}\n`);
    }
  },
});
const manifest = new URL('../../package.json', import.meta.url);
const program = { name: 'say', manifest, summary: 'says things', commands: [echo] };
const call = (...args: string[]) => callProgram(program, args);

describe('options', () => {
  it.each([
    [['echo', 'a', '--topic', 'x', '--times', '0'], /^say: --times: .*>=1, got 0\nsay echo --help tells more/],
    [['echo', 'a', '--topic', 'x', '--times', '1.5'], /^say: --times: expected a whole number, got 1\.5/],
    [['echo', 'a'], /^say: --topic: missing; expected a string/],
    [['echo', 'a', '--topic', 'x', '--topic', 'y'], /^say: --topic: expected once, got twice/],
    [['echo', '-dash.png', '--topic', 'x'], /^say: -dash\.png: no such option; a file of that name is \.\/-dash\.png/],
    [['ecco'], /^say: ecco: no such command.*\nsay --help tells more/],
  ])('of %j are refused by the names that they have', async (args, message) => {
    expect(await call(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  it.each([['--help'], ['-h'], ['help']])('%s shows the commands', async (word) => {
    expect(await call(word)).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: say COMMAND') });
  });

  it('--version says which it is', async () => {
    expect(await call('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^say \d+\.\d+\.\d+\n$/) });
  });

  it('-h of a command shows its options', async () => {
    expect(await call('echo', '-h')).toMatchObject({ code: 0, stdout: expect.stringContaining('--topic') });
  });
});

describe('--out', () => {
  const out = at('out.txt');
  beforeEach(() => writeFileSync(out, 'precious'));
  const echoTo = (path: string, ...words: string[]) => call('echo', ...words, '--topic', 'x', '--out', path);

  it('takes the results', async () => {
    expect(await echoTo(out, 'a', 'b')).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(out, 'utf8')).toBe('a\nb\n');
  });

  it('takes those before a failure, and stays as it is where there are none', async () => {
    expect(await echoTo(out, 'fail', 'b')).toMatchObject({ code: 1 });
    expect(readFileSync(out, 'utf8')).toBe('precious');
    expect(await echoTo(out, 'a', 'fail')).toMatchObject({ code: 1 });
    expect(readFileSync(out, 'utf8')).toBe('a\n');
  });

  it('stays as it is where Ctrl-C comes', async () => {
    expect(await echoTo(out, 'a', 'interrupt', 'b')).toMatchObject({
      code: 130,
      stderr: `${out}: not written, interrupted\n`,
    });
    expect(readFileSync(out, 'utf8')).toBe('precious');
  });

  it('is checked before the command runs', async () => {
    const { code, stderr } = await echoTo(at('missing/out.txt'), 'interrupt');
    expect(code).toBe(1);
    expect(stderr).toContain(`--out ${at('missing/out.txt')}: expected a folder that is there`);
  });
});

describe('paths to write to', () => {
  it('of files are checked', async () => {
    writeFileSync(at('file'), '');
    await expect(checkOutputFile('--picture', at('a.jpg'), ['.png'])).rejects.toThrow('extension .png, got .jpg');
    await expect(checkOutputFile('--picture', folder)).rejects.toThrow('expected a file to write, got a folder');
    await expect(checkOutputFile('--picture', at('file/a.png'))).rejects.toThrow('expected a folder, got the file');
    await checkOutputFile('--picture', at('a.png'), ['.png']);
    await checkOutputFile('--picture', at('file'));
    await checkOutputFile('--picture', undefined);
  });

  it('of folders are made', async () => {
    await makeOutputFolder('--out', at('a/b/c'));
    await makeOutputFolder('--out', at('a/b/c'));
    writeFileSync(at('a/b/c/file'), '');
    await expect(makeOutputFolder('--out', at('a/b/c/file'))).rejects.toThrow('expected a folder, got the file');
    await expect(makeOutputFolder('--out', at('a/b/c/file/d'))).rejects.toThrow('expected a folder, got the file');
  });

  it('lose the numbered files of a longer run, and no others', async () => {
    mkdirSync(at('frames'));
    const kept = ['flow-00001.png', 'flow-00002.png', 'flow-00003.jpg', 'flow-x.png', 'flow.mp4'];
    const names = [...kept, 'flow-00003.flo', 'flow-00003.png'];
    for (const name of names) writeFileSync(at(`frames/${name}`), '');
    await removeLaterFiles(at('frames'), 'flow-', ['.png', '.flo'], 3);
    expect(readdirSync(at('frames')).sort()).toEqual(kept);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { collectOutput } from './collect-output.js';
import { configFields } from './config-fields.js';
import { parseCommandLine } from './parse-command-line.js';
import { runCommands } from './run-commands.js';
import { type CommandContext, trainingCommand } from './training-command.js';

const schema = z.strictObject({
  model: z
    .strictObject({
      numLatents: z.int().positive().default(64).describe('latents, N'),
      activation: z.enum(['relu', 'gelu']).default('gelu'),
      dropout: z.number().min(0).max(1).default(0.1),
      widths: z.array(z.number()).default([1, 2]),
    })
    .prefault({}),
  data: z.string().optional().describe('a text file'),
  tied: z.boolean().default(true),
  budget: z.union([z.literal('short'), z.number()]).default('short'),
});

let folder: string;
let seen: CommandContext<z.output<typeof schema>> | undefined;
let behave: (context: CommandContext<z.output<typeof schema>>) => Promise<void> = async () => {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const program = {
  name: 'train-thing',
  summary: 'trains a thing',
  commands: [
    trainingCommand({
      name: 'clm',
      summary: 'a language model',
      schema,
      presets: {
        tiny: { summary: 'a minute', config: { model: { numLatents: 8 }, tied: false } },
        base: { summary: 'a day', config: {} },
      },
      defaultPreset: 'tiny',
      run: async (context) => {
        seen = context;
        await behave(context);
      },
    }),
  ],
};

async function call(...args: string[]) {
  seen = undefined;
  const result = await collectOutput((streams) => runCommands(program, args, streams));
  return { ...result, context: seen as CommandContext<z.output<typeof schema>> | undefined };
}

test('fields of a schema: paths, types, choices, defaults, descriptions', () => {
  expect(configFields(schema)).toEqual([
    expect.objectContaining({ path: 'model.numLatents', types: ['integer'], default: 64, description: 'latents, N' }),
    expect.objectContaining({ path: 'model.activation', choices: ['relu', 'gelu'], default: 'gelu' }),
    expect.objectContaining({ path: 'model.dropout', types: ['number'] }),
    expect.objectContaining({ path: 'model.widths', types: ['array'] }),
    expect.objectContaining({ path: 'data', types: ['string'] }),
    expect.objectContaining({ path: 'tied', types: ['boolean'] }),
    expect.objectContaining({ path: 'budget', types: ['string', 'number'] }),
  ]);
});

test('values of all kinds on the command line', () => {
  const args =
    '--model.numLatents 128 --model.dropout=0 --model.widths 3,4 --data x.txt --tied --budget -5 --seed 7 --json';
  const line = parseCommandLine(args.split(' '), configFields(schema));
  expect(line).toMatchObject({ seed: 7, json: true, dryRun: false });
  expect(line.settings).toEqual({
    'model.numLatents': 128,
    'model.dropout': 0,
    'model.widths': [3, 4],
    data: 'x.txt',
    tied: true,
    budget: -5,
  });
});

test('defaults, preset, file and single settings weigh in that order', async () => {
  const file = join(folder, 'config.json');
  await writeFile(file, '{ "model": { "dropout": 0.5 }, "data": "file.txt" }');
  const { code, context } = await call('clm', '--preset', 'tiny', '--config', file, '--data', 'mine.txt');
  expect(code).toBe(0);
  expect(context!.config).toEqual({
    model: { numLatents: 8, activation: 'gelu', dropout: 0.5, widths: [1, 2] },
    data: 'mine.txt',
    tied: false,
    budget: 'short',
  });
  expect(context!.options).toMatchObject({ preset: 'tiny', seed: 0, resume: false });
  expect(context!.options.out).toMatch(/^runs.train-thing-clm-tiny-\d{4}/);
});

test('--resume takes the settings, seed and command of the run', async () => {
  const first = await call('clm', '--preset', 'base', '--seed', '3', '--model.numLatents', '9');
  await writeFile(join(folder, 'config.json'), JSON.stringify(first.context!.resolved));
  const second = await call('clm', '--resume', folder, '--model.dropout', '0');
  expect(second.context!.options).toMatchObject({ out: folder, resume: true, seed: 3, preset: 'base' });
  expect(second.context!.config.model).toMatchObject({ numLatents: 9, dropout: 0 });
  expect(await call('clm', '--resume', folder, '--seed', '4')).toMatchObject({ code: 2 });
  expect(await call('clm', '--resume', join(folder, 'none'))).toMatchObject({ code: 2 });
});

describe('wrong usage exits with 2 and names the nearest', () => {
  test.each([
    [['clm', '--model.numLatnets', '1'], /--model\.numLatnets: no such option; did you mean --model\.numLatents\?/],
    [['clm', '--numLatents', '1'], /did you mean --model\.numLatents\?/],
    [['cml'], /cml: no such command; did you mean clm\?/],
    [['clm', '--preset', 'tinny'], /--preset tinny: no such preset; did you mean tiny\?/],
    [['clm', '--model.numLatents', '-3'], /command line: model\.numLatents: too small.*, got -3/],
    [['clm', '--model.activation', 'gleu'], /model\.activation: invalid option.*, got "gleu"/],
    [['clm', '--seed', 'x'], /--seed: expected a whole number from 0, got x/],
    [['clm', '--preset'], /--preset: expected a value/],
    [['clm', 'stray'], /stray: expected options only/],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await call(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });

  test('an unknown key of a configuration file', async () => {
    const file = join(folder, 'typo.json');
    await writeFile(file, '{ "model": { "droput": 0.5 } }');
    const { code, stderr } = await call('clm', '--config', file);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}: model.droput: no such setting; did you mean model.dropout?`);
  });
});

test('help comes from schema and presets', async () => {
  const { code, stdout } = await call('clm', '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/--model\.numLatents N +latents, N \(default 64\)/);
  expect(stdout).toMatch(/--model\.activation relu\|gelu/);
  expect(stdout).toMatch(/tiny +a minute \(default\)/);
  expect((await call('--help')).stdout).toMatch(/clm +a language model/);
  expect((await call()).code).toBe(2);
});

test('--dry-run prints the resolved settings and runs nothing', async () => {
  const { code, stdout, context } = await call('clm', '--dry-run', '--seed', '5');
  expect(code).toBe(0);
  expect(context).toBeUndefined();
  expect(JSON.parse(stdout)).toMatchObject({ command: 'clm', preset: 'tiny', seed: 5, config: { tied: false } });
});

test('failure exits with 1, interruption with 130', async () => {
  behave = async () => {
    throw new Error('the disk is on fire');
  };
  expect(await call('clm')).toMatchObject({ code: 1, stderr: expect.stringContaining('the disk is on fire') });
  behave = async ({ signal }) => {
    process.kill(process.pid, 'SIGINT');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  };
  expect(await call('clm')).toMatchObject({ code: 130, stderr: expect.stringContaining('Stopping after this step') });
});

test('--json prints every result as a line', async () => {
  behave = async ({ print, progress }) => {
    progress.onStep({ step: 1, seconds: 2, fraction: 0.5, loss: 3, metrics: {} });
    print('bits per byte: 2.3', { bitsPerByte: 2.3 });
  };
  const { stdout } = await call('clm', '--json');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([expect.objectContaining({ event: 'step', loss: 3 }), { bitsPerByte: 2.3 }]);
  expect((await call('clm')).stdout).toBe('bits per byte: 2.3\n');
});

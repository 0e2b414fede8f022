import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRunConfig } from '../run/run-directory.js';
import { checkConfig } from './check-config.js';
import { mergeConfig, nestPaths, type PlainConfig } from './merge-config.js';
import { suggest } from './nearest.js';
import type { CommandLine } from './parse-command-line.js';
import type { RunOptions, TrainingCommand } from './training-command.js';
import { UsageError } from './usage-error.js';

/** Settings and options of a run. */
export interface ResolvedRun {
  readonly config: unknown;
  readonly options: RunOptions;
  readonly resolved: PlainConfig;
}

/** Settings in order of weight: defaults, preset, `--config` file (or the resumed run's), single settings. */
export async function resolveRun(program: string, command: TrainingCommand, line: CommandLine): Promise<ResolvedRun> {
  if (line.resume !== undefined) return resumeRun(command, line);
  const preset = line.preset ?? (line.config === undefined ? command.defaultPreset : undefined);
  let config: PlainConfig = {};
  if (preset !== undefined) {
    const known = command.presets[preset];
    if (!known)
      throw new UsageError(`--preset ${preset}: no such preset${suggest(preset, Object.keys(command.presets))}`);
    config = known.config;
  }
  let source = preset === undefined ? 'settings' : `preset ${preset}`;
  if (line.config !== undefined) {
    const file = await readJson(line.config);
    checkConfig(command.schema, mergeConfig(config, file), line.config);
    config = mergeConfig(config, file);
    source = line.config;
  }
  if (Object.keys(line.settings).length > 0) source = 'command line';
  const checked = checkConfig(command.schema, mergeConfig(config, nestPaths(line.settings)), source);
  const seed = line.seed ?? 0;
  const out = line.out ?? join('runs', defaultFolder(program, command.name, preset));
  return {
    config: checked,
    options: { ...engineOptions(line), out, resume: false, seed, preset },
    resolved: { command: command.name, preset: preset ?? null, seed, config: checked },
  };
}

async function resumeRun(command: TrainingCommand, line: CommandLine): Promise<ResolvedRun> {
  const path = line.resume!;
  for (const option of ['preset', 'config', 'seed', 'out'] as const)
    if (line[option] !== undefined)
      throw new UsageError(`--${option}: expected without --resume, whose run has its own; start a new run instead`);
  const saved = (await readRunConfig(path).catch((error: Error) => {
    throw new UsageError(error.message);
  })) as { command?: string; preset?: string | null; seed?: number; config?: PlainConfig };
  if (saved.command !== command.name)
    throw new UsageError(`${path}: expected a run of '${command.name}', got one of '${saved.command}'`);
  const merged = mergeConfig(saved.config ?? {}, nestPaths(line.settings));
  const config = checkConfig(command.schema, merged, join(path, 'config.json'));
  const seed = saved.seed ?? 0;
  const preset = saved.preset ?? undefined;
  return {
    config,
    options: { ...engineOptions(line), out: path, resume: true, seed, preset },
    resolved: { command: command.name, preset: preset ?? null, seed, config },
  };
}

function engineOptions({ json, engine = 'auto', threads }: CommandLine) {
  return { json, engine, threads };
}

async function readJson(path: string): Promise<PlainConfig> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`--config ${path}: ${error.message}`);
  });
  try {
    return JSON.parse(text) as PlainConfig;
  } catch (error) {
    throw new UsageError(`--config ${path}: expected JSON (${(error as Error).message})`);
  }
}

function defaultFolder(program: string, command: string, preset: string | undefined): string {
  const time = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  return [program, command, preset, time].filter((part) => part !== undefined).join('-');
}

import { configFields } from './config-fields.js';
import { describeField, helpTable, placeholderOf } from './help-table.js';
import type { TrainingCommand } from './training-command.js';

const COMMON = [
  ['--preset NAME', 'a named experiment'],
  ['--config FILE', 'settings from a JSON file, over those of the preset'],
  ['--SECTION.KEY VALUE', 'one setting, over all others'],
  ['--seed N', 'seed of initial values, data order and dropout (default 0)'],
  ['--out DIR', 'folder of the run (default runs/...)'],
  ['--resume DIR', 'go on with the run in a folder; its settings hold'],
  ['--engine NAME', 'onnxruntime, tensorflow, wasm, cpu or auto (default auto)'],
  ['--threads N', "threads of the engine (default: the engine's choice)"],
  ['--dry-run', 'print the resolved settings and stop'],
  ['--json', 'JSON lines on stdout'],
  ['--help', 'this text'],
] as const;

/** Text of `PROGRAM --help`. */
export function programHelp(
  program: string,
  summary: string,
  commands: readonly TrainingCommand[],
  defaultCommand?: string,
): string {
  const rows = commands.map(
    ({ name, summary: text }) => [name, text + (name === defaultCommand ? ' (default)' : '')] as const,
  );
  return [
    `${program}: ${summary}`,
    '',
    `Usage: ${program} COMMAND [options]`,
    '',
    'Commands:',
    ...helpTable(rows),
    '',
    `${program} COMMAND --help lists presets and settings.`,
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted (after saving).',
    '',
  ].join('\n');
}

/** Text of `PROGRAM COMMAND --help`, from the schema and the presets. */
export function commandHelp(program: string, command: TrainingCommand): string {
  const presets = Object.entries(command.presets).map(
    ([name, { summary }]) => [name, summary + (name === command.defaultPreset ? ' (default)' : '')] as const,
  );
  return [
    `${program} ${command.name}: ${command.summary}`,
    '',
    `Usage: ${program} ${command.name} [options]`,
    '',
    'Options:',
    ...helpTable(COMMON),
    ...(presets.length > 0 ? ['', 'Presets:', ...helpTable(presets)] : []),
    '',
    'Settings:',
    ...helpTable(
      configFields(command.schema).map((field) => [`--${field.path} ${placeholderOf(field)}`, describeField(field)]),
    ),
    '',
  ].join('\n');
}

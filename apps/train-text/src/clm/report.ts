import type { NGramBits } from 'perceiver-text';
import type { Budget, TrainResult } from 'perceiver-training';
import { formatDuration, quote, savedLines } from 'perceiver-training/node';
import { perceiverTextCommand, trainTextCommand } from '../shared/commands.js';

export interface ResultFigures {
  readonly bitsPerByte: number;
  readonly nGrams?: NGramBits;
  readonly heldOutBytes: number;
  readonly result: TrainResult;
}

/** Bits per byte beside those of n-gram models. */
export function resultTable({ bitsPerByte, nGrams, heldOutBytes, result }: ResultFigures): string {
  const rows: [string, number, string][] = nGrams
    ? [
        ['unigram', nGrams.unigram, ''],
        ['bigram', nGrams.bigram, ''],
        ['trigram', nGrams.trigram, ''],
        ['4-gram', nGrams.fourGram, 'all four counted on the same training text'],
      ]
    : [];
  const steps = result.step.toLocaleString('en-US');
  rows.push(['Perceiver AR', bitsPerByte, `after ${steps} steps in ${formatDuration(result.seconds)}`]);
  return [
    '',
    `Bits per byte of ${heldOutBytes.toLocaleString('en-US')} held-out bytes (fewer is better):`,
    '',
    ...rows.map(([name, value, note]) => `  ${name.padEnd(13)} ${value.toFixed(3)}  ${note}`.trimEnd()),
  ].join('\n');
}

/** Where things are and what to do with them. */
export function nextSteps(saved: {
  readonly out: string;
  readonly checkpoint: string;
  readonly plot: string;
  readonly budget: Budget;
}): string {
  const { out, checkpoint, plot, budget } = saved;
  const train = `${trainTextCommand()} clm`;
  const longer =
    budget.minutes === undefined
      ? `--training.steps ${2 * budget.steps!}`
      : `--training.minutes ${Number((3 * budget.minutes).toPrecision(3))}`;
  const prompt = 'ROMEO:';
  const rows = [
    [`${perceiverTextCommand()} generate ${quote(prompt)} --model ${quote(out)}`, 'let it write'],
    [`${train} ${longer}`, 'train a new one for longer'],
    [`${train} --data.text FILE`, 'train on a text of your own'],
    [`${train} --help`, 'all settings and presets'],
  ];
  return [
    ...savedLines(out, checkpoint, plot),
    '',
    'Next:',
    ...rows.flatMap(([command, what]) => [`  ${what}:`, `    ${command}`]),
  ].join('\n');
}

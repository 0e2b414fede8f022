import type { ClassifierFigures, CorruptImages } from 'perceiver-image-classification';
import { formatDuration, quote } from 'perceiver-training/node';

export interface ResultFigures {
  readonly figures: ClassifierFigures;
  /** Of the moving average of the weights. */
  readonly averaged?: ClassifierFigures;
  readonly step: number;
  readonly seconds: number;
}

/** Accuracy on all held-out pictures. */
export function resultLines({ figures, averaged, step, seconds }: ResultFigures): string {
  const row = (name: string, { top1, top5, loss }: ClassifierFigures) =>
    `  ${name.padEnd(18)} ${percent(top1)} top-1  ${percent(top5)} top-5  loss ${loss.toFixed(3)}`;
  return [
    '',
    `${figures.count.toLocaleString('en-US')} held-out pictures, after ${step.toLocaleString('en-US')} steps in ${formatDuration(seconds)}:`,
    '',
    row('trained weights', figures),
    ...(averaged ? [row('moving average', averaged)] : []),
  ].join('\n');
}

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

/** Where things are and what to do with them. */
export function nextSteps(saved: {
  readonly out: string;
  readonly checkpoint: string;
  readonly dataset: string;
  readonly report: string;
}): string {
  const { out, checkpoint, dataset, report } = saved;
  const program = 'perceiver-image-classification';
  return [
    '',
    'Saved:',
    `  ${report}  (curves, confusion, mistakes, attention)`,
    `  ${checkpoint}  (model.safetensors, config.json)`,
    `  ${out}  (config.json, metrics.jsonl, TensorBoard events, curves as SVG and PNG)`,
    '',
    'Next:',
    '  name what a picture shows:',
    `    ${program} classify FILE --model ${quote(out)}`,
    '  measure it again:',
    `    ${program} evaluate --model ${quote(out)} --data ${quote(dataset)}`,
  ].join('\n');
}

/** Pictures listed in a message. */
const LISTED = 5;

/** Says how many pictures could not be read, and names the first. */
export function corruptLines({ count, images }: CorruptImages): string {
  const lines = images.slice(0, LISTED).map(({ error }) => `  ${error}`);
  const more = count > lines.length ? [`  and ${count - lines.length} more`] : [];
  return [`${count} pictures could not be read, others took their places:`, ...lines, ...more].join('\n');
}

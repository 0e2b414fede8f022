import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ClassifierFigures,
  CorruptImages,
  ImageClassifierPredictor,
  ImageDataset,
} from 'perceiver-image-classification';
import { encodePng, type RgbImage, renderSvg } from 'perceiver-image-files';
import { type EventImage, formatDuration, type RunDirectory, runPlot } from 'perceiver-training/node';
import { corruptLines } from '../report-lines.js';
import { type AttentionPicture, attentionPictures } from './attention-pictures.js';
import { confusionSection } from './confusion-section.js';
import { dataAddress, definitionTable, escapeHtml } from './html.js';
import { machineRows } from './machine.js';
import { type MistakePicture, mistakePictures, mistakeSheet } from './mistake-pictures.js';
import { pageHtml } from './page.js';
import type { Predictions } from './predictions.js';

/** Worst mistakes shown. */
const MISTAKES = 24;
/** Pictures with attention maps: right ones, then wrong ones. */
const ATTENDED = { right: 3, wrong: 3 };

export interface ReportInput {
  readonly run: RunDirectory;
  readonly dataset: string;
  readonly heldOut: ImageDataset;
  readonly labels: readonly string[];
  readonly predictor: ImageClassifierPredictor;
  readonly predictions: Predictions;
  readonly figures: ClassifierFigures;
  /** Pictures of an evaluation while training. */
  readonly quick: number;
  /** Of the moving average of the weights. */
  readonly averaged?: ClassifierFigures;
  readonly step: number;
  readonly seconds: number;
  readonly batchSize: number;
  /** Lines about engine, data and model. */
  readonly engine: string;
  readonly data: string;
  /** Pictures that could not be read while training. */
  readonly corrupt: CorruptImages;
  readonly model: string;
  /** The run's whole configuration. */
  readonly config: unknown;
}

/** Paths of what was written. */
export interface WrittenReport {
  readonly report: string;
  /** The curves as SVG; PNG files of the same names lie beside them. */
  readonly loss: string;
  readonly accuracy: string;
}

/**
 * Writes `report.html`, which needs no other file, and its curves, `loss` and `accuracy`, as SVG and PNG into a run's folder; shows mistakes
 * and attention in TensorBoard too.
 */
export async function writeReport(input: ReportInput): Promise<WrittenReport> {
  const { run, heldOut, predictions, predictor, step } = input;
  const title = `Perceiver on ${input.dataset}`;
  const count = (value: number) => value.toLocaleString('en-US');
  const whole = {
    count: 'pictures',
    of: heldOut.size,
    partLabel: `${count(input.quick)} held-out pictures`,
    label: `all ${count(heldOut.size)} held-out pictures`,
  };
  const [loss, accuracy] = [
    await runPlot(run, { title: 'Cross entropy', yLabel: 'nats', evaluation: 'loss', whole }),
    await runPlot(run, {
      title: 'Top-1 accuracy',
      yLabel: 'share right',
      train: 'accuracy',
      evaluation: 'top1',
      whole,
      legend: 'bottom',
    }),
  ];
  const worst = predictions.worst(MISTAKES);
  const mistakes = await mistakePictures(heldOut, worst);
  const attended = [
    ...predictions.right.slice(0, ATTENDED.right).map((index) => ({ index })),
    ...worst.slice(0, ATTENDED.wrong).map(({ index, predicted }) => ({ index, takenFor: predicted })),
  ];
  const attention = await attentionPictures(predictor, heldOut, attended);
  const html = pageHtml({
    title,
    summary: `Trained by train-image-classification, measured on ${count(input.figures.count)} held-out pictures.`,
    figures: largeFigures(input),
    sections: [
      { title: 'Training', content: `${loss}\n${accuracy}` },
      { title: 'Confusion', content: confusionSection(predictions.confusion, input.labels) },
      { title: 'Worst mistakes', content: await mistakeSection(mistakes, input.labels) },
      { title: 'Attention', content: await attentionSection(attention, input) },
      { title: 'Run', content: runSection(input) },
    ],
  });
  const path = (name: string) => join(run.path, name);
  const written = { report: path('report.html'), loss: path('loss.svg'), accuracy: path('accuracy.svg') };
  await Promise.all([
    writeFile(written.report, html),
    writeFile(written.loss, loss),
    writeFile(written.accuracy, accuracy),
    writeFile(path('loss.png'), await renderSvg(loss)),
    writeFile(path('accuracy.png'), await renderSvg(accuracy)),
  ]);
  await run.images(step, {
    ...(mistakes.length > 0 ? { 'worst mistakes': await eventImage(await mistakeSheet(mistakes)) } : {}),
    ...Object.fromEntries(
      await Promise.all(attention.map(async ({ sheet }, i) => [`attention/${i}`, await eventImage(sheet)] as const)),
    ),
  });
  return written;
}

async function eventImage(image: RgbImage): Promise<EventImage> {
  return { width: image.width, height: image.height, png: await encodePng(image) };
}

function largeFigures({ figures, averaged, step, seconds }: ReportInput) {
  const percent = (share: number) => `${(100 * share).toFixed(2)}%`;
  return [
    { value: percent(figures.top1), name: 'top-1 accuracy' },
    { value: percent(figures.top5), name: 'top-5 accuracy' },
    { value: figures.loss.toFixed(3), name: 'cross entropy' },
    ...(averaged ? [{ value: percent(averaged.top1), name: 'top-1, averaged weights' }] : []),
    { value: step.toLocaleString('en-US'), name: 'steps' },
    { value: formatDuration(seconds), name: 'of training' },
  ];
}

async function mistakeSection(mistakes: readonly MistakePicture[], labels: readonly string[]): Promise<string> {
  if (mistakes.length === 0) return '<p>None: every picture was right.</p>';
  const figures = mistakes.map(async ({ mistake, image }) => {
    const { index, label, predicted, confidence } = mistake;
    const [right, said] = [escapeHtml(labels[label]!), escapeHtml(labels[predicted]!)];
    return `<figure><img src="${dataAddress(await encodePng(image))}" alt="picture ${index}"><figcaption>${right}<br><span class="said">${said}, ${(100 * confidence).toFixed(0)}% sure</span></figcaption></figure>`;
  });
  return `<p>Pictures whose right class (black) the model thought least likely, with what it said (orange).</p>
<div class="pictures">${(await Promise.all(figures)).join('\n')}</div>`;
}

async function attentionSection(pictures: readonly AttentionPicture[], { labels }: ReportInput): Promise<string> {
  if (pictures.length === 0) return '<p>No pictures to show.</p>';
  const figures = pictures.map(
    async ({ label, takenFor, sheet }) =>
      `<figure><img src="${dataAddress(await encodePng(sheet))}" alt="attention"><figcaption>${escapeHtml(labels[label]!)}${takenFor === undefined ? '' : ` <span class="said">taken for ${escapeHtml(labels[takenFor]!)}</span>`}</figcaption></figure>`,
  );
  return `<p>Where the latents look: the picture, the mean over all latents, then the latents that look most narrowly, with their numbers. Bright places get most attention.</p>
<div class="pictures attention">${(await Promise.all(figures)).join('\n')}</div>`;
}

function runSection({ run, engine, data, corrupt, model, batchSize, step, seconds, config }: ReportInput): string {
  const pace = seconds > 0 ? `${((step * batchSize) / seconds).toFixed(0)} pictures a second` : '';
  const rows: (readonly [string, string])[] = [
    ['Data', data],
    ['Model', model],
    [
      'Training',
      `${step.toLocaleString('en-US')} steps of ${batchSize} pictures in ${formatDuration(seconds)}; ${pace}, evaluations included`,
    ],
    ...(corrupt.count > 0 ? [['Not readable', corruptLines(corrupt)] as const] : []),
    ...machineRows(engine),
    ['Written', `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['Folder', run.path],
  ];
  return `${definitionTable(rows)}\n<h3>Configuration</h3>\n<pre>${escapeHtml(JSON.stringify(config, null, 2))}</pre>`;
}

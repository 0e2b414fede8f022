import { writeFile } from 'node:fs/promises';
import { encodePng, ImageFileError } from 'perceiver-image-files';
import { checkOutputFile, predictCommand } from 'perceiver-inference';
import { UsageError } from 'perceiver-training/node';
import { z } from 'zod';
import { attentionSheet } from '../attention/attention-sheet.js';
import type { LabelProbability } from '../predict/top-labels.js';
import { classifierOptions, openClassifier } from './open-classifier.js';

/** `perceiver-image-classification classify`. */
export const classifyCommand = predictCommand({
  name: 'classify',
  summary: 'names what pictures show',
  arguments: [
    { name: 'FILE', description: 'picture (JPEG, PNG, WebP, AVIF, GIF, TIFF) or its http(s) address', many: true },
  ],
  schema: z.strictObject({
    ...classifierOptions,
    topK: z.int().min(1).default(5).describe('classes to name'),
    attention: z.string().optional().describe('PNG to write: where the latents look in the first picture'),
    attentionLatents: z.int().min(1).default(62).describe('latents in that PNG, those that look most narrowly first'),
  }),
  async run({ arguments: files, settings, output, signal }) {
    const { topK, attention, attentionLatents, ...modelSettings } = settings;
    await checkOutputFile('--attention', attention, ['.png']);
    const classifier = await openClassifier(modelSettings, signal);
    const failures: ImageFileError[] = [];
    let shown: string | undefined;
    try {
      if (attention !== undefined && !('attend' in classifier)) {
        throw new UsageError('--attention: expected a Perceiver, whose latents look at the picture, got a baseline');
      }
      for (const file of files) {
        signal.throwIfAborted();
        try {
          const classes = await classifier.classify(file, { topK });
          shown ??= file;
          output.text(describeClasses(file, classes));
          output.record({ file, classes: classes.map((each) => ({ ...each })) });
        } catch (error) {
          // One broken picture does not keep the others from being looked at.
          if (!(error instanceof ImageFileError) || files.length === 1) throw error;
          failures.push(error);
        }
      }
      if (attention !== undefined && shown !== undefined && 'attend' in classifier) {
        const sheet = await attentionSheet(await classifier.attend(shown), { latents: attentionLatents });
        await writeFile(attention, await encodePng(sheet));
      }
    } finally {
      await classifier.dispose();
    }
    if (failures.length > 0) throw new ImageFileError(failures.map(({ message }) => message).join('\n'));
  },
});

function describeClasses(file: string, classes: readonly LabelProbability[]): string {
  const rows = classes.map(({ probability, label }) => `  ${(100 * probability).toFixed(2).padStart(6)}%  ${label}\n`);
  return `${file}\n${rows.join('')}`;
}

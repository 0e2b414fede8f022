import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { GlueClassifierConfig } from '../model/glue-classifier.js';
import { languagePerceiverTiny } from '../model/presets/language-perceiver-tiny.js';
import { WORD_FEATURES } from '../preprocess/encode-words.js';
import { decodeIds } from '../tokenizer/decode-ids.js';
import { glueBatches } from './glue-batches.js';
import type { GlueExample } from './read-glue-file.js';

const config: GlueClassifierConfig = { ...languagePerceiverTiny, tasks: ['sst2', 'rte'], queries: 'multitask' };
const sst2 = Array.from(
  { length: 6 },
  (_, index): GlueExample => ({ texts: [`film ${index}`], label: index % 2, index }),
);
const rte = Array.from(
  { length: 3 },
  (_, index): GlueExample => ({ texts: [`p ${index}`, `h ${index}`], label: 1, index }),
);
const data = { sst2, rte };
const options = { batchSize: 3, seed: 1 };

async function textsOf(batch: Readonly<Record<string, tf.Tensor>>): Promise<string[]> {
  return ((await batch.inputIds!.array()) as number[][]).map((row) => decodeIds(row.filter((id) => id >= 6)));
}

describe('glueBatches', () => {
  it('shows every example of every task once an epoch, mixed, in a new order each time', async () => {
    const batches = glueBatches(data, config, options);
    expect(batches.size).toBe(9);
    const epochs: string[][] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      const texts: string[] = [];
      for (let i = 0; i < 3; i++) texts.push(...(await textsOf((await batches.next())!)));
      epochs.push(texts);
    }
    const all = [...sst2, ...rte].map(({ texts }) => texts.join('')).sort();
    for (const texts of epochs) expect([...texts].sort()).toEqual(all);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it('gives each example its task and label', async () => {
    const batches = glueBatches(data, config, { ...options, batchSize: 9 });
    const batch = (await batches.next())!;
    const texts = await textsOf(batch);
    const [tasks, labels] = [await batch.taskIds.data(), await batch.labels.data()];
    for (const [row, text] of texts.entries()) {
      expect(tasks[row]).toBe(text.startsWith('film') ? 0 : 1);
      expect(labels[row]).toBe(text.startsWith('film') ? Number(text.slice(5)) % 2 : 1);
    }
  });

  it('resumes', async () => {
    const batches = glueBatches(data, config, { ...options, wordDropout: 0.5 });
    for (let i = 0; i < 4; i++) await batches.next();
    const resumed = glueBatches(data, config, { ...options, wordDropout: 0.5 });
    await resumed.restore(batches.state());
    expect(await textsOf((await resumed.next())!)).toEqual(await textsOf((await batches.next())!));
  });

  it('leaves words out, never all of them', async () => {
    const example: GlueExample = { texts: ['one two three four five six seven eight'], label: 0, index: 0 };
    const batches = glueBatches({ sst2: [example] }, config, { batchSize: 200, seed: 1, wordDropout: 0.5 });
    const counts = (await textsOf((await batches.next())!)).map((text) => text.split(' ').length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    expect(counts.reduce((sum, count) => sum + count, 0) / 200).toBeCloseTo(4, 0);
  });

  it('pads to few lengths', async () => {
    const lengthOf = async (texts: string[], more: Partial<GlueClassifierConfig> = {}) => {
      const examples = texts.map((text, index): GlueExample => ({ texts: [text], label: 0, index }));
      const batches = glueBatches({ sst2: examples }, { ...config, ...more }, { batchSize: texts.length, seed: 1 });
      return Object.values((await batches.next())!)[0]!.shape;
    };
    expect(await lengthOf(['a', 'b'])).toEqual([2, 16]);
    expect(await lengthOf(['a', 'b'.repeat(15)])).toEqual([2, 32]);
    expect(await lengthOf(['b'.repeat(10_000)])).toEqual([1, 128]);
    const words = { inputs: 'words', wordBuckets: 50, maxPositions: 40 } as const;
    expect(await lengthOf(['a b c', 'd '.repeat(17)], words)).toEqual([2, 32, WORD_FEATURES]);
    expect(await lengthOf(['d '.repeat(500)], words)).toEqual([1, 40, WORD_FEATURES]);
  });

  it('refuses no examples, and examples without labels', () => {
    expect(() => glueBatches({}, config, options)).toThrow('expected examples of sst2, rte, got none');
    expect(() => glueBatches({ rte: [{ texts: ['a', 'b'], index: 0 }] }, config, options)).toThrow('a label for "a"');
  });
});

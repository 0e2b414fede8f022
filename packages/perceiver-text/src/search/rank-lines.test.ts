import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { maskedLanguageModelPresets } from '../model/presets/masked-presets.js';
import { type MaskedLanguagePredictor, PerceiverForMaskedLanguageModel } from '../predict/masked-language.js';
import { rankLines } from './rank-lines.js';

const folder = mkdtempSync(join(tmpdir(), 'rank-'));
let model: MaskedLanguagePredictor;
beforeAll(async () => {
  await tf.setBackend('cpu');
  model = PerceiverForMaskedLanguageModel.fromRandomWeights(maskedLanguageModelPresets.tiny, 2);
});
afterAll(async () => {
  await model.dispose();
  rmSync(folder, { recursive: true });
});

function write(content: string | Uint8Array): string {
  const path = join(folder, 'lines.txt');
  writeFileSync(path, content);
  return path;
}

it('finds a line by itself, whatever the batches, and leaves out blank ones', async () => {
  const lines = ['red apples', '', 'ten green bottles', '  \t', 'red apples', 'x'.repeat(200), 'blue'];
  const path = write(`\ufeff${lines.join('\r\n')}`);
  const whole = await rankLines(model, path, 'red apples', { topK: 10 });
  expect(whole).toMatchObject({ compared: 5, cut: 1 });
  expect(whole.hits.slice(0, 2).map(({ line, text }) => [line, text])).toEqual([
    [1, 'red apples'],
    [5, 'red apples'],
  ]);
  expect(whole.hits[0]!.score).toBeCloseTo(1, 5);
  expect(whole.hits.map(({ line }) => line).sort()).toEqual([1, 3, 5, 6, 7]);
  for (const batchSize of [1, 2, 3]) {
    const seen: number[] = [];
    const { hits } = await rankLines(model, path, 'red apples', {
      topK: 3,
      batchSize,
      onProgress: (count) => seen.push(count),
    });
    expect(hits.map(({ line }) => line)).toEqual(whole.hits.slice(0, 3).map(({ line }) => line));
    hits.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(whole.hits[i]!.score, 5);
    });
    expect(seen.at(-1)).toBe(7);
  }
});

it('takes any bytes, and says what is wrong with a file', async () => {
  const { hits } = await rankLines(model, write(Buffer.from([0xff, 0x00, 0x0a, 0x41])), 'A');
  expect(hits.map(({ text }) => text)).toEqual(['A', '\ufffd\0']);
  await expect(rankLines(model, write('\n \n'), 'A')).rejects.toThrow(/lines\.txt: expected lines of text, got none/);
  await expect(rankLines(model, join(folder, 'none'), 'A')).rejects.toThrow(/none: expected a readable file/);
  await expect(rankLines(model, write('a'.repeat(1.1 * 2 ** 20)), 'A')).rejects.toThrow(
    /lines\.txt:1: expected lines of at most 1048576 bytes/,
  );
});

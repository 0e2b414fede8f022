import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateClassifier, ImageClassifier, openImageDataset } from 'perceiver-image-classification';
import { readImage } from 'perceiver-image-files';
import { afterAll, describe, expect, it } from 'vitest';
import { call } from './testing/call.js';
import { writeSmallDataSet } from './testing/small-data-set.js';

const folder = mkdtempSync(join(tmpdir(), 'train-images-'));
afterAll(() => rmSync(folder, { recursive: true }));
const dataset = writeSmallDataSet(join(folder, 'squares'));

const losses = (out: string) =>
  readFileSync(join(out, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; step: number; loss: number })
    .filter(({ kind }) => kind === 'train')
    .map(({ step, loss }) => [step, loss]);

const small = ['--preset', 'tiny', '--dataset', dataset];

describe('train-image-classification', () => {
  it('learns, measures, and saves a model that loads', async () => {
    const out = join(folder, 'learns');
    const { code, stdout, stderr } = await call([
      ...small,
      '--training.steps',
      '150',
      '--model.stride',
      '2',
      '--out',
      out,
    ]);
    expect(stderr).toMatch(/Pictures: .*squares; 160 to train on, 40 to test on, 4 classes, 12 x 12 grey/);
    expect(stderr).toMatch(/Perceiver IO: [\d,]+ parameters; 8 latents x 16 channels on 6 x 6 inputs of 30 channels/);
    expect(code).toBe(0);
    const [, top1] = /trained weights +(\d+\.\d\d)% top-1 +100\.00% top-5/.exec(stdout)!;
    expect(Number(top1)).toBeGreaterThan(80);
    const classifier = await ImageClassifier.fromPretrained(out);
    expect(classifier.description.labels[3]).toBe('bottom right');
    const figures = await evaluateClassifier(classifier, await openImageDataset(dataset, { split: 'test' }));
    expect((100 * figures.top1).toFixed(2)).toBe(top1);
    await classifier.dispose();

    const report = readFileSync(join(out, 'report.html'), 'utf8');
    for (const part of [
      'Cross entropy',
      'Top-1 accuracy',
      'Confusion',
      'Worst mistakes',
      'Attention',
      'Configuration',
      `${top1}%`,
    ])
      expect(report).toContain(part);
    // All 40 pictures are in the matrix, and nothing is taken from elsewhere.
    const counts = [...report.matchAll(/taken for [a-z ]+: (\d+) of 10/g)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(report.match(/(src|href)="(?!data:image\/png;base64,)/g)).toBeNull();
    for (const name of ['loss', 'accuracy']) {
      expect(readFileSync(join(out, `${name}.svg`), 'utf8')).toContain('all 40 held-out pictures');
      const picture = await readImage(join(out, `${name}.png`));
      expect([picture.width, picture.height]).toEqual([1720, 960]);
    }
    const events = readdirSync(out).find((name) => name.startsWith('events.out.tfevents'))!;
    expect(readFileSync(join(out, events)).includes('attention/0')).toBe(true);
  });

  it('goes on after Ctrl-C as if it had never stopped, running statistics included', async () => {
    const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
    const model = ['--model.input', 'conv', '--model.convChannels', '8'];
    const args = [...small, ...model, '--training.steps', '40', '--training.averageDecay', '0.9', '--json'];
    const first = await call([...args, '--out', whole]);
    expect(first).toMatchObject({ code: 0 });
    let asked = false;
    const stopped = await call([...args, '--out', parts], (text) => {
      if (asked || !text.includes('"step":10,')) return;
      asked = true;
      process.kill(process.pid, 'SIGINT');
    });
    expect(stopped.code).toBe(130);
    expect(losses(parts).length).toBeLessThan(40);
    const resumed = await call(['--resume', parts, '--json']);
    expect(resumed.code).toBe(0);
    expect(losses(parts)).toEqual(losses(whole));
    const result = ({ stdout }: { stdout: string }) => {
      const lines = stdout.split('\n').filter((line) => line.includes('"event":"result"'));
      const { top1, loss, averaged } = JSON.parse(lines[0]!);
      return { top1, loss, averaged };
    };
    expect(result(resumed)).toEqual(result(first));

    // A run opens with its weights, or with their moving average.
    const test = await openImageDataset(dataset, { split: 'test' });
    for (const average of [false, true]) {
      const classifier = await ImageClassifier.fromPretrained(parts, { average });
      const figures = await evaluateClassifier(classifier, test);
      const expected = result(resumed);
      expect(figures.loss).toBeCloseTo((average ? expected.averaged : expected).loss, 5);
      await classifier.dispose();
    }
    expect(result(resumed).averaged.loss).not.toBeCloseTo(result(resumed).loss, 3);
  });

  it('says what is wrong with a data set, and leaves no folder', async () => {
    const out = join(folder, 'none');
    const { code, stderr } = await call(['--preset', 'tiny', '--dataset', join(folder, 'missing'), '--out', out]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/missing: expected a folder/);
    expect(existsSync(out)).toBe(false);
    expect(await call(['--model.latents', '3'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such option'),
    });
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PerceiverForCausalLanguageModel,
  PerceiverForGlueClassification,
  PerceiverForMaskedLanguageModel,
} from 'perceiver-text';
import { collectOutput, runCommands } from 'perceiver-training/node';
import { afterAll, describe, expect, it } from 'vitest';
import { program } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'train-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

const callAndWatch = (args: string[], onOutput?: (text: string) => void) =>
  collectOutput((streams) => runCommands(program, args, streams), onOutput);

const call = (...args: string[]) => callAndWatch(args);

const losses = (out: string) =>
  readFileSync(join(out, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; step: number; loss: number })
    .filter(({ kind }) => kind === 'train')
    .map(({ step, loss }) => [step, loss]);

describe('train-text mlm with a tokenizer', () => {
  it('trains on word pieces, and saves a model that opens with its tokenizer', async () => {
    const out = join(folder, 'pieces');
    const tokenizer = join(
      import.meta.dirname,
      '../../../packages/perceiver-tokenizers/src/testdata/alice-unigram.model',
    );
    const args = ['mlm', '--preset', 'tiny', '--training.steps', '3', '--model.vocabSize', '1000'];
    const { code, stdout, stderr } = await call(...args, '--data.tokenizer', tokenizer, '--out', out);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/16 latents x 32 channels on 128 tokens/)]);
    expect(stdout).toMatch(/Hidden tokens of held-out text:\n\n +Perceiver IO +(9|10)\.\d+ bits/);
    const model = await PerceiverForMaskedLanguageModel.fromPretrained(out);
    expect(model.tokenizer.tokenOf(model.tokenizer.special.mask!)).toBe('[MASK]');
    expect((await model.fillMask('Alice was [MASK].')).text).toMatch(/^Alice was/);
    await model.dispose();
    expect(await call(...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('data.tokenizer: expected the file of a tokenizer for model.vocabSize 1000'),
    });
  });
});

describe('train-text clm', () => {
  it('trains, evaluates beside n-grams, writes, and saves a model that loads', async () => {
    const out = join(folder, 'clm');
    const { code, stdout, stderr } = await call('clm', '--preset', 'tiny', '--out', out);
    expect(stderr).toMatch(/Perceiver AR: 13,158 parameters; 16 latents x 16 channels on 32 bytes/);
    expect(code).toBe(0);
    expect(stdout).toMatch(/unigram +4\.7.*4-gram +2\.2.*Perceiver AR +\d\.\d{3} +after 20 steps/s);
    expect(stdout.match(/It writes at temperature/g)?.length).toBe(2);
    const model = await PerceiverForCausalLanguageModel.fromPretrained(out);
    const bytes = [];
    for await (const { id } of model.generate('Alice', { maxNewTokens: 3 })) bytes.push(id);
    expect(bytes.length).toBe(3);
    await model.dispose();
  });

  it('goes on after Ctrl-C as if it had never stopped', async () => {
    const whole = join(folder, 'whole');
    const parts = join(folder, 'parts');
    const args = ['clm', '--preset', 'tiny', '--training.steps', '60', '--samples.finalLength', '5', '--json'];
    expect(await call(...args, '--out', whole)).toMatchObject({ code: 0 });
    let asked = false;
    const stopped = await callAndWatch([...args, '--out', parts], (text) => {
      if (asked || !text.includes('"step":10,')) return;
      asked = true;
      process.kill(process.pid, 'SIGINT');
    });
    expect(stopped.code).toBe(130);
    expect(losses(parts).length).toBeLessThan(60);
    const resumed = await call('clm', '--resume', parts, '--json');
    expect(resumed.code).toBe(0);
    expect(losses(parts)).toEqual(losses(whole));
    const events = resumed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event);
    expect(events.slice(-4)).toEqual(['result', 'sample', 'sample', 'saved']);
  });

  it('streams files that do not fit', async () => {
    const data = ['--data.text', 'packages/perceiver-text/data', '--data.inMemory', '1000'];
    const args = ['clm', '--preset', 'tiny', '--training.steps', '2', '--samples.finalLength', '5', ...data];
    expect(await call(...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('data.heldOut: expected texts'),
    });
    const out = join(folder, 'streamed');
    const { code, stderr } = await call(...args, '--data.heldOut', 'alice-in-wonderland', '--out', out);
    expect(stderr).toMatch(/bytes in 5 files, streamed/);
    expect(code).toBe(0);
  });

  it('says when there is too little text, and leaves no folder', async () => {
    const short = join(folder, 'short.txt');
    writeFileSync(short, 'too short');
    const out = join(folder, 'none');
    const { code, stderr } = await call('clm', '--preset', 'tiny', '--data.text', short, '--out', out);
    expect(code).toBe(1);
    expect(stderr).toMatch(/short\.txt: expected at least 33 bytes to train on, for one window, got 8/);
    expect(existsSync(out)).toBe(false);
  });

  it('names the nearest setting', async () => {
    const typo = await call('clm', '--model.maxLatent', '3');
    expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean --model.maxLatents?') });
  });
});

describe('train-text mlm', () => {
  it('trains and saves a model that fills masks', async () => {
    const out = join(folder, 'mlm');
    const { code, stdout } = await call('mlm', '--preset', 'tiny', '--out', out);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /how often bytes occur +4\.\d+ bits +1\d\.\d% right\n +bytes on both sides +4\.\d+ bits +1\d\.\d% right\n +Perceiver IO +\d\.\d+ bits/,
    );
    const model = await PerceiverForMaskedLanguageModel.fromPretrained(out);
    expect((await model.fillMask('Alice [MASK]')).masks.length).toBe(1);
    await model.dispose();
  });

  it('describes the published sizes', async () => {
    const base = await call('mlm', '--preset', 'language-perceiver-io-base', '--dry-run');
    expect(base.stderr).toMatch(
      /201,108,230 parameters; 256 latents x 1280 channels on 2048 bytes, 1 x 26 self-attends/,
    );
    const more = await call('mlm', '--preset', 'language-perceiver-io-plus-plus', '--dry-run');
    expect(more.stderr).toMatch(/425,607,430 parameters/);
  });
});

describe('train-text glue', () => {
  it('trains on one task, measures, writes predictions, and saves a classifier that loads', async () => {
    const out = join(folder, 'glue');
    const { code, stdout, stderr } = await call('glue', '--preset', 'tiny', '--out', out);
    expect(stderr).toMatch(/SST-2: 24 examples to train on; 8 in dev/);
    expect(code).toBe(0);
    expect(stdout).toMatch(/After 12 steps of 4 .*sst2 dev +8 +accuracy \d+\.\d+ +50\.00/s);
    const predictions = readFileSync(join(out, 'predictions/dev/SST-2.tsv'), 'utf8').trim().split('\n');
    expect(predictions[0]).toBe('index\tprediction');
    expect(predictions.length).toBe(9);
    const classifier = await PerceiverForGlueClassification.fromPretrained(out);
    const [answer] = await classifier.classify(['a fine film']);
    expect(answer!.labels.map(({ label }) => label).sort()).toEqual(['negative', 'positive']);
    await expect(classifier.classify([['one', 'two']])).rejects.toThrow('expected 1 text(s) for sst2, got 2');
    await classifier.dispose();
  });

  it('trains on several, from a masked language model, which it says', async () => {
    const from = join(folder, 'glue-from');
    expect(await call('mlm', '--preset', 'tiny', '--training.steps', '2', '--out', from)).toMatchObject({ code: 0 });
    const out = join(folder, 'glue-multitask');
    const args = ['glue', '--multitask', '--tasks', 'rte,stsb', '--from', from, '--training.steps', '2', '--out', out];
    const { code, stdout, stderr } = await call(...args, '--model.queries', 'task-input-tokens');
    expect(stderr).toMatch(/\d+ tensors from .*glue-from; 10 of queries and heads start afresh/);
    expect(code).toBe(0);
    expect(stdout).toMatch(/rte dev.*stsb dev.*pearson.*average/s);
  });

  it('refuses data without the task', async () => {
    const { code, stderr } = await call('glue', '--preset', 'tiny', '--data', folder, '--out', join(folder, 'none'));
    expect(code).not.toBe(0);
    expect(stderr).toContain('train');
    expect((await call('glue', '--multitask', '--data', folder)).stderr).toContain('expected folders of tasks');
    expect((await call('glue', '--tasks', 'rte')).stderr).toContain('expected --multitask with it');
    const words = [
      'glue',
      '--preset',
      'tiny',
      '--from',
      folder,
      '--model.inputs',
      'words',
      '--out',
      join(folder, 'words'),
    ];
    expect((await call(...words)).stderr).toContain('expected bytes with --from');
  });
});

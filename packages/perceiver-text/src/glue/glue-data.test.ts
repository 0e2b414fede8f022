import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledGluePath } from './bundled-glue.js';
import { GLUE_TASK_NAMES, type GlueTaskName } from './glue-task.js';
import { glueTasks } from './glue-tasks.js';
import { readGlue } from './read-glue.js';
import { readGlueFile } from './read-glue-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'glue-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

describe('the bundled sample', () => {
  const tasks = GLUE_TASK_NAMES.filter((name) => name !== 'snli').map((name) => glueTasks[name]);

  it.each(tasks)('$name has every split in the official layout', async (task) => {
    for (const split of task.splits) {
      const examples = await readGlue(task, bundledGluePath(), split);
      expect(examples.length).toBeGreaterThanOrEqual(2);
      expect(new Set(examples.map(({ texts }) => texts.length))).toEqual(new Set([task.sentences]));
      const labels = new Set(examples.map(({ label }) => label));
      if (split.startsWith('test')) expect(labels).toEqual(new Set([undefined]));
      else if (task.labels !== 'score') expect([...labels].sort()).toEqual(task.labels.map((_, index) => index));
    }
  });

  it('reads what stands there', async () => {
    const [first, second] = await readGlue('cola', bundledGluePath(), 'train');
    expect(first).toEqual({ texts: ['The baker sold every loaf before noon.'], label: 1, index: 0 });
    expect(second).toEqual({ texts: ['The baker sold before noon every.'], label: 0, index: 1 });
    expect((await readGlue('stsb', bundledGluePath(), 'dev'))[0]).toEqual({
      texts: ['Snow covers the roofs.', 'A band plays in the street.'],
      label: 0.2,
      index: 0,
    });
    expect((await readGlue('mnli', bundledGluePath(), 'dev_mismatched'))[2]).toMatchObject({ label: 2, index: 2 });
    // Quotation marks are text: nothing is quoted.
    expect((await readGlue('sst2', bundledGluePath(), 'dev')).at(-1)?.texts[0]).toMatch(/"earned" $/);
  });
});

/** Row counts of ../shared/data/text/README.md. */
const counts: readonly (readonly [GlueTaskName, string, number])[] = [
  ['sst2', 'train', 67_349],
  ['sst2', 'dev', 872],
  ['cola', 'train', 8551],
  ['cola', 'dev', 1043],
  ['mrpc', 'train', 4076],
  ['mrpc', 'test', 1725],
  ['rte', 'train', 2490],
  ['rte', 'dev', 277],
  ['stsb', 'train', 5749],
  ['stsb', 'dev', 1500],
  ['qnli', 'dev', 5463],
  ['qnli', 'train.subset', 8999],
  ['qnli', 'dev.subset', 1000],
  ['mnli', 'train.subset', 8999],
  ['mnli', 'dev.subset', 1000],
  ['snli', 'train.subset', 8999],
  ['snli', 'dev.subset', 1000],
];
const shared = '../shared/data/text/glue';

describe.skipIf(!existsSync(shared))('the real files', () => {
  it.each(counts)('%s %s has %i rows', async (name, file, count) => {
    const path = join(shared, glueTasks[name].folder, `${file}.tsv`);
    const examples = await readGlueFile(name, path, { labelled: true });
    expect(examples.length).toBe(count);
    expect(examples.every(({ label }) => label !== undefined)).toBe(true);
  });

  it('are found by split', async () => {
    expect((await readGlue('qnli', shared, 'train')).length).toBe(8999);
    expect((await readGlue('qnli', shared, 'dev')).length).toBe(5463);
    expect((await readGlue('mnli', join(shared, 'MNLI'), 'dev')).length).toBe(1000);
    await expect(readGlue('mrpc', shared, 'dev')).rejects.toThrow(/MRPC: expected the dev set of MRPC.*got test\.tsv/);
  });
});

describe('other layouts', () => {
  it("reads the hub's parquet files, in parts", async () => {
    const part = (name: string, texts: string[], labels: bigint[], from: number) => {
      mkdirSync(join(folder, 'hub/qnli'), { recursive: true });
      parquetWriteFile({
        filename: join(folder, 'hub/qnli', name),
        columnData: [
          { name: 'question', data: texts, type: 'STRING' },
          { name: 'sentence', data: texts.map((text) => `${text} é\n`), type: 'STRING' },
          { name: 'label', data: labels, type: 'INT64' },
          { name: 'idx', data: texts.map((_, i) => from + i), type: 'INT32' },
        ],
      });
    };
    part('train-00000-of-00002.parquet', ['a', 'b'], [0n, 1n], 0);
    await expect(readGlue('qnli', join(folder, 'hub'), 'train')).rejects.toThrow(/expected all 2 parts of train, got/);
    part('train-00001-of-00002.parquet', ['c'], [1n], 2);
    part('validation-00000-of-00001.parquet', ['d'], [2n], 0);
    part('test-00000-of-00001.parquet', ['e'], [-1n], 0);
    expect(await readGlue('qnli', join(folder, 'hub'), 'train')).toEqual([
      { texts: ['a', 'a é\n'], label: 0, index: 0 },
      { texts: ['b', 'b é\n'], label: 1, index: 1 },
      { texts: ['c', 'c é\n'], label: 1, index: 2 },
    ]);
    expect(await readGlue('qnli', join(folder, 'hub'), 'test')).toEqual([{ texts: ['e', 'e é\n'], index: 0 }]);
    await expect(readGlue('qnli', join(folder, 'hub'), 'dev')).rejects.toThrow(
      /validation-00000-of-00001\.parquet:1: expected a label of 0 \(entailment\), 1 \(not_entailment\), got 2/,
    );
    await expect(readGlue('rte', join(folder, 'hub/qnli'), 'train')).rejects.toThrow(/expected a column "sentence1"/);
  });

  it("reads Microsoft's files and divides them by GLUE's list", async () => {
    const header = '\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n';
    write('msr/msr_paraphrase_train.txt', `${header}1\t10\t11\ta "x\tb\r\n0\t12\t13\tc\td\r\n`);
    write('msr/msr_paraphrase_test.txt', `${header}1\t14\t15\te\tf\r\n`);
    const at = join(folder, 'msr');
    expect((await readGlue('mrpc', at, 'train')).length).toBe(2);
    await expect(readGlue('mrpc', at, 'dev')).rejects.toThrow(
      /msr_paraphrase_train\.txt: expected dev_ids\.tsv beside/,
    );
    write('msr/dev_ids.tsv', '12\t13\n');
    expect(await readGlue('mrpc', at, 'train')).toEqual([{ texts: ['a "x', 'b'], label: 1, index: 0 }]);
    expect(await readGlue('mrpc', at, 'dev')).toEqual([{ texts: ['c', 'd'], label: 0, index: 1 }]);
    expect(await readGlue('mrpc', at, 'test')).toEqual([{ texts: ['e', 'f'], label: 1, index: 0 }]);
  });

  it('reads gzip, names of classes, and CoLA with a header', async () => {
    const path = write('own/train.tsv.gz', gzipSync('sentence\tlabel\nfine\tpositive\nbad\t0\n\n\n'));
    expect(await readGlue('sst2', join(folder, 'own'), 'train')).toEqual([
      { texts: ['fine'], label: 1, index: 0 },
      { texts: ['bad'], label: 0, index: 1 },
    ]);
    const cola = write('cola-header.tsv', 'sentence\tlabel\nfine\tacceptable\n');
    expect(await readGlueFile('cola', cola)).toEqual([{ texts: ['fine'], label: 1, index: 0 }]);
    const cut = write('own/cut.tsv.gz', readFileSync(path).subarray(0, 20));
    await expect(readGlueFile('sst2', cut)).rejects.toThrow(/cut\.tsv\.gz: expected a readable gzip file/);
  });

  it('leaves out what GLUE leaves out', async () => {
    const snli = write('snli.tsv', 'sentence1\tsentence2\tgold_label\na\tb\t-\nc\td\tneutral\n');
    expect(await readGlueFile('snli', snli)).toEqual([{ texts: ['c', 'd'], label: 1, index: 1 }]);
    const qqp = (ragged: number) =>
      write('qqp.tsv', `question1\tquestion2\tis_duplicate\n${'cut\n'.repeat(ragged)}a\tb\t1\n`);
    expect((await readGlueFile('qqp', qqp(32))).length).toBe(1);
    await expect(readGlueFile('qqp', qqp(33))).rejects.toThrow(/qqp\.tsv:34: expected 3 values/);
  });
});

describe('broken files', () => {
  const header = 'sentence\tlabel\n';
  it.each([
    ['empty', '', /: expected a header line and rows, got an empty file$/],
    ['blank', '\n\n', /: expected a header line and rows, got an empty file$/],
    ['header only', header, /: expected rows of SST-2, got none below the header/],
    ['ragged', `${header}a\t1\nb\t1\tc\n`, /:3: expected 2 values \(sentence, label\), got 3/],
    ['short', `${header}a\t1\nb\n`, /:3: expected 2 values \(sentence, label\), got 1/],
    ['label', `${header}a\t1\nb\t2\n`, /:3: expected a label of 0 \(negative\), 1 \(positive\), got "2"/],
    ['no label', `${header}a\t\n`, /:2: expected a label of 0 \(negative\), 1 \(positive\), got ""/],
    ['columns', 'text\tlabel\na\t1\n', /:1: expected a column "sentence", got text, label/],
    ['unlabelled', 'index\tsentence\n0\ta\n', /:1: expected a column "label", got index, sentence/],
    ['twice', 'label\tlabel\na\t1\n', /:1: expected columns of different names, got label twice/],
    ['blank line', `${header}\na\t1\n`, /:2: expected a row, got a blank line/],
    ['index', 'index\tsentence\tlabel\n-1\ta\t1\n', /:2: expected an index, got "-1"/],
    ['UTF-16', Buffer.from(`${header}a\t1\n`, 'utf16le'), /:1: expected UTF-8 text, got a NUL byte/],
    ['Latin 1', Buffer.from(`${header}é\t1\n`, 'latin1'), /:2: expected UTF-8 text, got bytes that are none/],
  ])('%s: names file and line', async (name, content, message) => {
    const path = write(`broken ${name}.tsv`, content as string);
    const read = readGlueFile('sst2', path, { labelled: true });
    await expect(read).rejects.toThrow(message as RegExp);
    await expect(read).rejects.toMatchObject({ name: 'TextDataError', file: path });
  });

  it('knows scores, and tasks whose files name their classes', async () => {
    for (const score of ['5.001', '-1', 'nan', '', '1,5', '0x1']) {
      const path = write('score.tsv', `sentence1\tsentence2\tscore\na\tb\t5\nc\td\t${score}\n`);
      await expect(readGlueFile('stsb', path)).rejects.toThrow(/score\.tsv:3: expected a score from 0 to 5, got/);
    }
    const rte = write('rte.tsv', 'sentence1\tsentence2\tlabel\na\tb\t0\n');
    await expect(readGlueFile('rte', rte)).rejects.toThrow(
      /:2: expected a label of entailment, not_entailment, got "0"/,
    );
    const cola = write('cola.tsv', 'gj04\t1\t\tfine\ngj04\t\tfine\n');
    await expect(readGlueFile('cola', cola)).rejects.toThrow(/cola\.tsv:2: expected 4 values.*got 3/);
  });

  it('says where nothing is', async () => {
    await expect(readGlue('sst2', join(folder, 'nowhere'), 'train')).rejects.toThrow(
      /nowhere: expected a folder with the data of SST-2, found none/,
    );
    await expect(readGlueFile('sst2', join(folder, 'none.tsv'))).rejects.toThrow(/none\.tsv: expected a readable file/);
  });
});

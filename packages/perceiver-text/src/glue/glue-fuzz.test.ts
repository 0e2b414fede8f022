import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { TextDataError } from '../datasets/text-data-error.js';
import { bundledGluePath } from './bundled-glue.js';
import { GLUE_TASK_NAMES } from './glue-task.js';
import { readGlueFile } from './read-glue-file.js';
import { tsvTable } from './tsv-table.js';

const folder = mkdtempSync(join(tmpdir(), 'glue-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(content: string | Uint8Array, ending = '.tsv'): string {
  const path = join(folder, `${files++}${ending}`);
  writeFileSync(path, content);
  return path;
}

/** Any text without what ends values and lines, quotation marks, odd spaces and line separators of Unicode included. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('"', "'", '\\', ' ', '\u2028', '\u0085', '\f', '\ufeff'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  })
  .map((value) => value.replaceAll(/[\t\n\r\0\ud800-\udfff]/g, ''));

it('gives back every text, whatever ends the lines and whether compressed or not', async () => {
  const rows = fc.array(fc.tuple(text, text, fc.nat(1)), { minLength: 1, maxLength: 8 });
  const layout = fc.record({
    mark: fc.constantFrom('', '\ufeff'),
    end: fc.constantFrom('\n', '\r\n'),
    tail: fc.constantFrom('', '\n', '\r\n\n'),
    compressed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(rows, layout, async (examples, { mark, end, tail, compressed }) => {
      const lines = ['sentence1\tsentence2\tlabel', ...examples.map((row) => row.join('\t'))];
      const content = Buffer.from(mark + lines.join(end) + tail);
      const path = compressed ? write(gzipSync(content), '.tsv.gz') : write(content);
      const read = await readGlueFile('wnli', path, { labelled: true });
      expect(read).toEqual(examples.map(([a, b, label], index) => ({ texts: [a, b], label, index })));
    }),
    { numRuns: 60 },
  );
});

it('reads damaged files or says where they are damaged, and never fails otherwise', async () => {
  const sample = readFileSync(join(bundledGluePath(), 'MNLI/dev_matched.tsv'));
  const damage = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), at: fc.nat(sample.length - 1), value: fc.nat(255) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(sample.length - 1), value: fc.nat(40) }),
    fc.record({ kind: fc.constant('end' as const), at: fc.nat(sample.length - 1), value: fc.constant(0) }),
  );
  const damaged = fc.array(damage, { maxLength: 4 }).map((list) => {
    let bytes = Buffer.from(sample);
    for (const { kind, at, value } of list) {
      if (kind === 'set' && at < bytes.length) bytes[at] = value;
      if (kind === 'cut') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + value)]);
      if (kind === 'end') bytes = bytes.subarray(0, at);
    }
    return bytes;
  });
  const anything = fc.uint8Array({ maxLength: 300 });
  const file = fc.tuple(fc.oneof(damaged, anything), fc.constantFrom('.tsv', '.tsv.gz', '.parquet'));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(file, fc.constantFrom(...GLUE_TASK_NAMES), async ([bytes, ending], task) => {
      const path = write(bytes, ending);
      try {
        expect((await readGlueFile(task, path)).length).toBeGreaterThanOrEqual(0);
      } catch (error) {
        if (!(error instanceof TextDataError)) throw error;
        expect(error.message.startsWith(path)).toBe(true);
        expect(error.problem).toMatch(/^expected .*, got /s);
        refused++;
      }
    }),
    { numRuns: 150 },
  );
  expect(refused).toBeGreaterThan(0);
});

it.skipIf(!existsSync('/proc/self/fd'))('lets go of files that it refuses', async () => {
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const path = write(`text\tlabel\n${'a\t1\n'.repeat(2e5)}`);
  const before = openFiles();
  for (let i = 0; i < 20; i++) await expect(readGlueFile('sst2', path)).rejects.toThrow(/expected a column "sentence"/);
  expect(openFiles()).toBeLessThan(before + 10);
});

it('stops at lines, files and tables without end', async () => {
  const header = 'sentence\tlabel\n';
  const line = write(gzipSync(`${header}${'x'.repeat(2 ** 24)}\t1\n`), '.tsv.gz');
  await expect(readGlueFile('sst2', line)).rejects.toThrow(
    /:2: expected lines of at most 16777216 bytes, got a longer one/,
  );
  const rows = write(`${header}${'x\t1\n'.repeat(11)}`);
  await expect(readGlueFile('sst2', rows, { maxRows: 10 })).rejects.toThrow(/:12: expected at most 10 rows, got more/);
  const bomb = write(gzipSync(`${header}${'x\t1\n'.repeat(1e5)}`), '.tsv.gz');
  const table = await tsvTable(bomb, { maxBytes: 1e5 });
  const read = async () => {
    let rowsRead = 0;
    for await (const block of table.rows) for (const { line } of block) rowsRead = line;
    expect(rowsRead).toBe(0);
  };
  await expect(read()).rejects.toThrow(/expected at most 100000 bytes of text, got more/);
});

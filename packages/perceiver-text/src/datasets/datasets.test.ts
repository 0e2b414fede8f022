import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeIds } from '../tokenizer/decode-ids.js';
import { findTextFiles, type TextFile } from './find-text-files.js';
import { type PackedState, packedWindows } from './packed-windows.js';
import { randomWindows } from './random-windows.js';
import { shuffledBatches } from './shuffled-batches.js';
import { FILE_START, type PiecePosition, textPieces } from './text-pieces.js';

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'text-data-'));
  mkdirSync(file('corpus/inner'), { recursive: true });
  writeFileSync(file('corpus/b.txt'), Array.from({ length: 13_000 }, (_, i) => `${i} `).join(''));
  writeFileSync(file('corpus/inner/a.jsonl'), '{"text":"one"}\n\n{"text":"zwei é"}\n{"text":""}');
  writeFileSync(file('corpus/ignored.png'), 'no text');
  writeFileSync(file('broken.jsonl'), '{"text":"fine"}\n{"txt":"misnamed"}\n');
  writeFileSync(file('unclosed.jsonl'), '{"text":"fine"}\n\n{"text":');
  writeFileSync(file('broken.parquet'), 'PAR1 this is no parquet file');
  const data = Array.from({ length: 50 }, (_, i) => (i === 7 ? null : `row ${i}`));
  parquetWriteFile({
    filename: file('corpus/c.parquet'),
    columnData: [
      { name: 'text', data, type: 'STRING' },
      { name: 'number', data: data.map((_, i) => i), type: 'INT32' },
    ],
    rowGroupSize: 20,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function readAll(source: TextFile, from?: PiecePosition, field?: string) {
  const pieces = [];
  for await (const piece of textPieces(source, from, { field })) pieces.push(piece);
  return pieces;
}

async function take<T>(stream: AsyncGenerator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const value of stream) if (taken.push(value) === count) break;
  return taken;
}

describe('text files', () => {
  it('finds texts of a directory in order and takes a single file whatever its name', async () => {
    const found = await findTextFiles(file('corpus'));
    expect(found.map(({ format, size }) => [format, size > 0])).toEqual([
      ['text', true],
      ['parquet', true],
      ['jsonl', true],
    ]);
    expect((await findTextFiles(file('corpus/ignored.png')))[0]).toMatchObject({ format: 'text', size: 7 });
    await expect(findTextFiles(file('nowhere'))).rejects.toThrow(/nowhere: expected a file or directory/);
  });

  it('reads documents of every format, and the rest from any piece on', async () => {
    for (const source of await findTextFiles(file('corpus'))) {
      const pieces = await readAll(source);
      for (const [index, { start }] of pieces.entries()) {
        expect(await readAll(source, start)).toEqual(pieces.slice(index));
      }
      const documents = pieces.filter(({ endOfDocument }) => endOfDocument).length;
      expect(documents).toBe({ text: 1, jsonl: 3, parquet: 49 }[source.format]);
    }
  });

  it('names file, line and what is wrong', async () => {
    const at = (name: string) => findTextFiles(file(name)).then(([source]) => readAll(source!));
    await expect(at('broken.jsonl')).rejects.toThrow(
      /broken\.jsonl:2: expected an object with a string in field "text", got fields txt/,
    );
    await expect(at('unclosed.jsonl')).rejects.toThrow(/unclosed\.jsonl:3: expected a JSON object a line/);
    await expect(at('broken.parquet')).rejects.toThrow(/broken\.parquet: expected a readable parquet file/);
    const [parquet] = await findTextFiles(file('corpus/c.parquet'));
    await expect(readAll(parquet!, FILE_START, 'body')).rejects.toThrow(
      /expected a column "body", got columns text, number/,
    );
    await expect(readAll(parquet!, FILE_START, 'number')).rejects.toThrow(/c\.parquet:1: expected text in column/);
  });
});

describe('packed windows', () => {
  it('joins documents with separators and loses nothing', async () => {
    const files = await findTextFiles(file('corpus/inner'));
    const windows = await take(packedWindows(files, { length: 4, seed: 3 }), 20);
    const text = decodeIds(windows.flatMap(({ ids }) => [...ids]));
    expect(text).toContain('one[SEP]zwei é[SEP][SEP]one[SEP]zwei é[SEP][SEP]one');
  });

  it('continues from every state as if never stopped', async () => {
    const files = await findTextFiles(file('corpus'));
    const options = { length: 997, seed: 5 };
    const windows = await take(packedWindows(files, options), 150);
    expect(new Set(windows.map(({ state }) => state.epoch)).size).toBeGreaterThan(1);
    for (const index of [0, 1, 30, 65, 66, 67, 68, 69, 110]) {
      const from = JSON.parse(JSON.stringify(windows[index]!.state)) as PackedState;
      const rest = await take(packedWindows(files, { ...options, from }), 20);
      expect(rest).toEqual(windows.slice(index + 1, index + 21));
    }
  });

  it('mixes windows within blocks and continues from every state', async () => {
    const files = await findTextFiles(file('corpus'));
    const options = { length: 61, seed: 5, batchSize: 3, blockSize: 4 };
    const whole = shuffledBatches(files, options);
    const seen = [];
    for (let i = 0; i < 14; i++) seen.push({ state: whole.state(), ids: await whole.next() });
    await whole.close();
    for (const [index, { state }] of seen.entries()) {
      const resumed = shuffledBatches(files, { ...options, from: JSON.parse(JSON.stringify(state)) });
      for (const { ids } of seen.slice(index)) expect(await resumed.next()).toEqual(ids);
      await resumed.close();
    }
  });

  it('says when there is no text', async () => {
    writeFileSync(file('empty.txt'), '');
    const files = await findTextFiles(file('empty.txt'));
    await expect(take(packedWindows(files, { length: 4, seed: 0 }), 1)).rejects.toThrow(
      /empty\.txt: expected text, got none/,
    );
  });
});

describe('random windows', () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => i);

  it('depend on seed and step only and begin everywhere', () => {
    const windows = randomWindows(bytes, { length: 10, batchSize: 64, seed: 1 });
    expect(windows(3)).toEqual(windows(3));
    expect(windows(3)).not.toEqual(windows(4));
    const starts = new Set(Array.from({ length: 640 }, (_, i) => windows(Math.floor(i / 64))[(i % 64) * 10]! - 6));
    expect([...starts].sort((a, b) => a - b)).toEqual(Array.from({ length: 31 }, (_, i) => i));
  });

  it('need text for one window', () => {
    expect(() => randomWindows(bytes, { length: 41, batchSize: 1, seed: 0 })).toThrow('at least 41 bytes');
  });
});

import { bertPresets, bertSequenceClassifier } from 'perceiver-baselines';
import { tracedFlops } from 'perceiver-core';
import { sequenceClassifier } from 'perceiver-text';
import { describe, expect, it } from 'vitest';
import { callBenchmark } from '../testing/call-benchmark.js';
import { formatGlueTable } from './format-glue-table.js';
import { averagedTasks, glueQueryRows, queryParameters } from './glue-query-rows.js';
import { computeFigures, glueRows } from './glue-rows.js';

const call = (...args: string[]) => callBenchmark('glue', ...args);

describe('the GLUE table', () => {
  const figures = glueRows.map((row) => ({ row, computed: computeFigures(row) }));

  it('has the parameters of the paper', () => {
    expect(figures.map(({ computed }) => computed.params)).toEqual([
      110_650_880, 110_650_880, 223_155_456, 20_363_014, 201_108_230, 425_607_430,
    ]);
    for (const { row, computed } of figures)
      expect(Math.abs(computed.params / 1e6 / row.paper.params - 1)).toBeLessThan(0.02);
  });

  it('has the operations of the paper within 5%, but for one row that the paper states otherwise', () => {
    const off = figures.map(({ row, computed }) => computed.paperFlops / 1e9 / row.paper.flops - 1);
    expect(off.map((share) => Math.abs(share) < 0.05)).toEqual([true, true, true, true, false, true]);
    expect(off[4]).toBeCloseTo(0.068, 2);
    expect(formatGlueTable(figures)).toContain('would need 24.1 of its 26 self-attends');
  });

  it('marks where every figure comes from', () => {
    const [, , ...lines] = formatGlueTable(figures).split('\n\n')[0]!.split('\n');
    for (const line of lines) {
      const cells = line
        .split('|')
        .slice(3, -1)
        .map((cell) => cell.trim());
      expect(cells).toHaveLength(13);
      for (const cell of cells) expect(cell).toMatch(/ [cmp]$|^needs --steps$|^needs pre-training$/);
    }
    const seconds = [2, 1, 4, 2, 8].map((one) => [one, one]);
    const timed = formatGlueTable(
      figures.map((row, i) => ({ ...row, ...(i === 0 ? {} : { seconds: seconds[i - 1]! }) })),
    );
    expect(timed.match(/\d\.\d\d m/g)).toEqual(['1.00 m', '2.00 m', '0.50 m', '1.00 m', '0.25 m']);
  });
});

it('the rows of the multitask table differ by their tokens and queries alone', () => {
  expect(averagedTasks).toHaveLength(8);
  const [single, shared, tokens, queries] = glueQueryRows.map(queryParameters);
  expect(single!.models).toBe(8);
  expect(single!.parameters).toBeGreaterThan(8 * 195e6);
  expect([shared, tokens, queries].map((row) => row!.models)).toEqual([1, 1, 1]);
  // Tokens and queries are both 768 channels wide.
  expect(tokens!.parameters - shared!.parameters).toBe(7 * 768);
  expect(queries!.parameters - shared!.parameters).toBe(6 * 768);
});

it('the tiny byte-level BERT has the operations of a tiny byte-level Perceiver IO', () => {
  const perceiver = sequenceClassifier({
    vocabSize: 262,
    maxPositions: 256,
    modelChannels: 64,
    numLabels: 2,
    encoder: {
      numLatents: 32,
      latentChannels: 128,
      numBlocks: 1,
      numSelfAttendsPerBlock: 2,
      numSelfAttentionHeads: 4,
      numCrossAttentionHeads: 4,
      qkChannels: 128,
      vChannels: 128,
    },
  });
  const bert = bertSequenceClassifier({ ...bertPresets['bert-bytes-tiny'], numLabels: 2 });
  expect(Math.abs(tracedFlops(bert) / tracedFlops(perceiver) - 1)).toBeLessThan(0.05);
});

describe('benchmark glue', () => {
  it('prints the table, and says what is wrong with a line', async () => {
    expect(await call()).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('| Perceiver IO++ ') });
    expect(await call('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--steps') });
    expect(await call('--batch', '0')).toMatchObject({ code: 2, stderr: expect.stringContaining('--batch: expected') });
    expect(await call('--step')).toMatchObject({ code: 2 });
  });
});

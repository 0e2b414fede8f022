import { expect, it } from 'vitest';
import { formatGlueSubmission } from './format-glue-submission.js';

it('writes what the leaderboard takes', () => {
  expect(formatGlueSubmission('cola', [0, 1])).toEqual({ file: 'CoLA.tsv', text: 'index\tprediction\n0\t0\n1\t1\n' });
  expect(formatGlueSubmission('stsb', Float32Array.of(-0.1, 2.5, 5.2)).text).toBe(
    'index\tprediction\n0\t0.000\n1\t2.500\n2\t5.000\n',
  );
  const mnli = formatGlueSubmission('mnli', [2, 0], { split: 'test_mismatched', indices: [7, 9] });
  expect(mnli).toEqual({ file: 'MNLI-mm.tsv', text: 'index\tprediction\n7\tcontradiction\n9\tentailment\n' });
  expect(formatGlueSubmission('mnli', [], {}).file).toBe('MNLI-m.tsv');
  expect(formatGlueSubmission('qnli', [1]).text).toBe('index\tprediction\n0\tnot_entailment\n');
  expect(formatGlueSubmission('wnli', [1]).text).toBe('index\tprediction\n0\t1\n');
});

it('refuses what is no prediction', () => {
  expect(() => formatGlueSubmission('cola', [2])).toThrow('expected classes from 0 to 1, got 2');
  expect(() => formatGlueSubmission('cola', [0.5])).toThrow('got 0.5');
  expect(() => formatGlueSubmission('stsb', [Number.NaN])).toThrow('expected scores, got NaN');
  expect(() => formatGlueSubmission('cola', [0], { indices: [] })).toThrow('expected 1 indices, got 0');
});
